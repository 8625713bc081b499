package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import teiten.simulate.Scenario;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

class SimulateCommandTest {
    @TempDir Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine line = new CommandLine(new SimulateCommand());
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        line.setExecutionExceptionHandler((fault, _, _) -> {
            err.write(fault.getMessage());
            return Main.MISTAKE;
        });
        return line.execute(args);
    }

    @Test
    void help_and_list_fit_into_80_columns_and_name_every_scenario() {
        assertThat(run("--help")).isZero();
        assertThat(run("--list")).isZero();

        assertThat(out.toString().lines()).allMatch(line -> line.length() < 80);
        for (Scenario scenario : Scenario.values()) {
            assertThat(out.toString()).contains(scenario.label());
        }
    }

    @Test
    void a_scenario_is_written_as_the_options_say() {
        int status =
                run(
                        "mirai-2016",
                        "-o",
                        directory.toString(),
                        "--days",
                        "3",
                        "--packets",
                        "5000",
                        "--start",
                        "2016-09-19",
                        "--seed",
                        "7",
                        "--prefix",
                        "192.0.2.0/25,203.0.113.0/26");

        assertThat(status).isZero();
        assertThat(directory.resolve("mirai-2016-1.pcap")).isNotEmptyFile();
        assertThat(directory.resolve("mirai-2016-2.truth.json"))
                .content()
                .contains("\"seed\": 7")
                .contains("\"prefix\": \"203.0.113.0/26\"")
                .contains("\"start\": \"2016-09-19T00:00:00Z\"")
                .contains("\"end\": \"2016-09-22T00:00:00Z\"");
        assertThat(err.toString()).contains("mirai-2016-1.pcap");
    }

    @Test
    void what_cannot_be_done_is_said_with_the_remedy() {
        assertThat(run("mirai-2018", "-o", directory.toString())).isEqualTo(Main.MISTAKE);
        assertThat(err.toString()).contains("no scenario \"mirai-2018\"").contains("mirai-2016");
        assertThat(run("all")).isEqualTo(Main.MISTAKE);
        assertThat(run("all", "-o", directory.toString(), "--prefix", "x")).isEqualTo(Main.MISTAKE);
        assertThat(run("all", "-o", directory.toString(), "--start", "soon"))
                .isEqualTo(Main.MISTAKE);
        assertThat(err.toString()).contains("--start \"soon\" is no date; write it like 2015");
    }
}
