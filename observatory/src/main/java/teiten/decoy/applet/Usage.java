package teiten.decoy.applet;

import teiten.decoy.shell.Call;

import java.util.Map;

/// What a BusyBox applet prints when it is called without the arguments it needs.
final class Usage {
    private static final Map<String, String> ARGUMENTS =
            Map.ofEntries(
                    Map.entry(
                            "wget",
                            "[-c|--continue] [-s|--spider] [-q|--quiet] [-O|--output-document"
                                    + " FILE]\n"
                                    + "\t[--header 'header: value'] [-Y|--proxy on/off] [-P DIR]\n"
                                    + "\t[-U|--user-agent AGENT] URL\n\n"
                                    + "Retrieve files via HTTP or FTP"),
                    Map.entry(
                            "tftp",
                            "[OPTIONS] HOST [PORT]\n\n"
                                    + "Transfer a file from/to tftp server\n\n"
                                    + "Options:\n"
                                    + "\t-l FILE\tLocal FILE\n"
                                    + "\t-r FILE\tRemote FILE\n"
                                    + "\t-g\tGet file\n"
                                    + "\t-p\tPut file\n"
                                    + "\t-b SIZE\tTransfer blocks of SIZE octets"),
                    Map.entry(
                            "ftpget",
                            "[OPTIONS] HOST [LOCAL_FILE] REMOTE_FILE\n\n"
                                    + "Download a file via FTP\n\n"
                                    + "Options:\n"
                                    + "\t-c\tContinue previous transfer\n"
                                    + "\t-v\tVerbose\n"
                                    + "\t-u USER\tUsername\n"
                                    + "\t-p PASS\tPassword\n"
                                    + "\t-P NUM\tPort"),
                    Map.entry(
                            "ftpput",
                            "[OPTIONS] HOST [REMOTE_FILE] LOCAL_FILE\n\n"
                                    + "Upload a file to a FTP server"),
                    Map.entry(
                            "nc",
                            "[-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]\n\n"
                                    + "Open a pipe to IP:PORT or FILE"),
                    Map.entry("telnet", "[-a] [-l USER] HOST [PORT]\n\nConnect to telnet server"),
                    Map.entry(
                            "chmod",
                            "[-Rcvf] MODE[,MODE]... FILE...\n\n"
                                    + "Each MODE is one or more of the letters ugoa, one of the\n"
                                    + "symbols +-= and one or more of the letters rwxst"),
                    Map.entry(
                            "chown",
                            "[-RhLHPcvf]... OWNER[<.|:>[GROUP]] FILE...\n\n"
                                    + "Change the owner and/or group of each FILE to OWNER and/or"
                                    + " GROUP"),
                    Map.entry("chgrp", "[-RhLHPcvf]... GROUP FILE..."),
                    Map.entry(
                            "cp",
                            "[OPTIONS] SOURCE DEST\n\n"
                                    + "Copy SOURCE to DEST, or multiple SOURCE(s) to DIRECTORY"),
                    Map.entry(
                            "mv",
                            "[-fin] SOURCE DEST\n"
                                    + "or: mv [-fin] SOURCE... DIRECTORY\n\n"
                                    + "Rename SOURCE to DEST, or move SOURCE(s) to DIRECTORY"),
                    Map.entry("rm", "[-irf] FILE...\n\nRemove (unlink) FILEs"),
                    Map.entry("mkdir", "[OPTIONS] DIRECTORY...\n\nCreate DIRECTORY"),
                    Map.entry("rmdir", "[OPTIONS] DIRECTORY...\n\nRemove DIRECTORY if it is empty"),
                    Map.entry(
                            "ln",
                            "[OPTIONS] TARGET... LINK|DIR\n\n"
                                + "Create a link LINK or DIR/TARGET to the specified TARGET(s)"),
                    Map.entry(
                            "touch",
                            "[-c] [-d DATE] [-r FILE] FILE...\n\n"
                                    + "Update the last-modified date on the given FILE[s]"),
                    Map.entry(
                            "grep",
                            "[-HhnlLoqvsriwFEz] [-m N] [-A/B/C N] PATTERN/-e PATTERN.../-f FILE"
                                    + " [FILE]...\n\n"
                                    + "Search for PATTERN in FILEs (or stdin)"),
                    Map.entry("sed", "[-efinr] SED_CMD [FILE]..."),
                    Map.entry("awk", "[OPTIONS] [AWK_PROGRAM] [FILE]..."),
                    Map.entry(
                            "cut",
                            "[OPTIONS] [FILE]...\n\n"
                                    + "Print selected fields from each input FILE to stdout"),
                    Map.entry("tr", "[-cds] STRING1 [STRING2]"),
                    Map.entry(
                            "kill",
                            "[-l] [-SIG] PID...\n\nSend a signal (default is TERM) to given PIDs"),
                    Map.entry(
                            "killall",
                            "[-l] [-q] [-SIG] PROCESS_NAME...\n\n"
                                    + "Send a signal (default is TERM) to given processes"),
                    Map.entry(
                            "sleep",
                            "[N]...\n\nPause for a time equal to the total of the args given"),
                    Map.entry(
                            "ping",
                            "[OPTIONS] HOST\n\nSend ICMP ECHO_REQUEST packets to network hosts"),
                    Map.entry(
                            "nslookup",
                            "[HOST] [SERVER]\n\n"
                                    + "Query the nameserver for the IP address of the given HOST"),
                    Map.entry("mknod", "[-m MODE] NAME TYPE MAJOR MINOR"),
                    Map.entry("which", "[COMMAND]..."),
                    Map.entry("chroot", "NEWROOT [PROG ARGS]"),
                    Map.entry("nohup", "PROG ARGS"),
                    Map.entry("setsid", "PROG ARGS"),
                    Map.entry("timeout", "[-t SECS] [-s SIG] PROG ARGS"),
                    Map.entry("basename", "FILE [SUFFIX]"),
                    Map.entry("dirname", "FILENAME"),
                    Map.entry("seq", "[-w] [-s SEP] [FIRST [INC]] LAST"),
                    Map.entry("readlink", "[-fnv] FILE"),
                    Map.entry("cmp", "[-l] [-s] FILE1 [FILE2]"),
                    Map.entry(
                            "diff", "[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2"),
                    Map.entry("expr", "EXPRESSION"),
                    Map.entry("printf", "FORMAT [ARG]..."));

    private Usage() {}

    /// Prints the usage on standard error and gives 1.
    static int show(Call call) {
        Output out = new Output(call);
        out.line(call.shell().device().busyBox().banner() + " multi-call binary.");
        out.line("");
        out.line("Usage: " + call.name() + " " + ARGUMENTS.getOrDefault(call.name(), "[OPTIONS]"));
        out.line("");
        return 1;
    }

    private record Output(Call call) {
        void line(String text) {
            call.io().err().print(text + "\n");
        }
    }
}
