package teiten.decoy;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/// A small Telnet client for tests: takes options out, waits for prompts. Text is ISO-8859-1.
final class TelnetClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern PROMPT = Pattern.compile("[#$>] \\z");
    private final Socket socket = new Socket();
    private final InputStream in;

    TelnetClient(int port) throws IOException {
        this(port, "127.0.0.1");
    }

    /// @param from a loopback address of the client's own
    TelnetClient(int port, String from) throws IOException {
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 10_000);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Reads until the text ends with one of the endings, or until the other end hangs up.
    String until(String... endings) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[65_536];
        socket.setSoTimeout(200);
        while (System.nanoTime() < end) {
            try {
                int n = in.read(buffer);
                if (n < 0) {
                    return text.toString();
                }
                text.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            } catch (SocketTimeoutException _) {
                // look at what is there
            } catch (IOException _) {
                return text.toString();
            }
            String clean = clean(text.toString());
            for (String ending : endings) {
                if (clean.endsWith(ending)) {
                    return clean;
                }
            }
        }
        throw new IOException("no prompt after: " + clean(text.toString()));
    }

    /// Without options, doubled FF made one.
    static String clean(String text) {
        if (text.indexOf('\u00ff') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != 0xFF || i + 1 >= text.length()) {
                out.append(c);
            } else if (text.charAt(i + 1) == 0xFF) {
                out.append(c);
                i++;
            } else {
                i += 2;
            }
        }
        return out.toString();
    }

    /// Reads until a prompt stands there or nothing came for that long; null when the other end hung up.
    @Nullable String answer(Duration patience) throws IOException {
        byte[] buffer = new byte[65_536];
        StringBuilder text = new StringBuilder();
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        while (!PROMPT.matcher(text).find(Math.max(0, text.length() - 2))) {
            try {
                int n = in.read(buffer);
                if (n < 0) {
                    return null;
                }
                text.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            } catch (SocketTimeoutException _) {
                break;
            } catch (IOException _) {
                return null;
            }
        }
        return text.toString();
    }

    String login(String user, String password) throws IOException {
        String banner = until("login: ");
        send(user + "\r\n");
        until("assword: ");
        send(password + "\r\n");
        return banner + until("# ", "$ ");
    }

    /// Sends a line and gives everything up to the next prompt.
    String ask(String line) throws IOException {
        send(line + "\r\n");
        return until("# ", "$ ", "> ");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
