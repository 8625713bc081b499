package teiten.cli;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Runs a command line inside the test and keeps what it wrote.
///
/// @param status the exit status
public record Cli(int status, String out, String err) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public static synchronized Cli run(Object... words) {
        String[] args = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            args[i] = words[i].toString();
        }
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream toOut = new ByteArrayOutputStream();
        ByteArrayOutputStream toErr = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(toOut, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(toErr, true, StandardCharsets.UTF_8));
            int status = Main.run(args);
            return new Cli(
                    status,
                    toOut.toString(StandardCharsets.UTF_8),
                    toErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    public JsonNode json() {
        return JSON.readTree(out);
    }
}
