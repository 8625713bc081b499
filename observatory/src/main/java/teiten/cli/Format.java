package teiten.cli;

import picocli.CommandLine.Option;

/// How an answer is written: a table for people, or JSON or CSV for programs.
final class Format {
    @Option(names = "--json", description = "JSON on standard output.")
    boolean json;

    @Option(names = "--csv", description = "CSV on standard output.")
    boolean csv;
}
