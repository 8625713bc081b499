package teiten.decoy.applet;

import teiten.decoy.device.Device;
import teiten.decoy.files.SessionFiles;
import teiten.decoy.shell.Applet;
import teiten.decoy.shell.Call;
import teiten.decoy.shell.Output;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `wget`, `curl`, `tftp`, `ftpget`: what should be fetched, from where and to which file is recorded. Nothing is
/// fetched. The answer is an inert file, so that the visitor goes on: a script with no commands, or an ELF file for
/// this device's CPU whose only code is `exit(0)`. A name cannot be resolved, as on a device whose name server is down.
final class Downloads {
    private Downloads() {}

    static void install(Map<String, Applet> all) {
        all.put("wget", Downloads::wget);
        all.put("curl", Downloads::curl);
        all.put("tftp", Downloads::tftp);
        all.put("ftpget", Downloads::ftpget);
        all.put(
                "ftpput",
                call ->
                        Options.of(call.args(), "upP").operands().size() < 2
                                ? Usage.show(call)
                                : lost(call, "Connection timed out"));
    }

    /// Where a URL points.
    private record Place(String url, String host, String port, String file) {
        static Place of(String given, String scheme) {
            String url = given.contains("://") ? given : scheme + "://" + given;
            int from = url.indexOf("://") + 3;
            int slash = url.indexOf('/', from);
            String authority = url.substring(from, slash < 0 ? url.length() : slash);
            authority = authority.substring(authority.lastIndexOf('@') + 1);
            int colon = authority.lastIndexOf(':');
            boolean port = colon > 0 && authority.indexOf(']') < colon;
            String path = slash < 0 ? "" : url.substring(slash + 1);
            int query = path.indexOf('?');
            path = query < 0 ? path : path.substring(0, query);
            String file = path.substring(path.lastIndexOf('/') + 1);
            return new Place(
                    url,
                    port ? authority.substring(0, colon) : authority,
                    port
                            ? authority.substring(colon + 1)
                            : url.startsWith("https") ? "443" : url.startsWith("ftp") ? "21" : "80",
                    file.isEmpty() ? "index.html" : file);
        }

        boolean resolved() {
            return host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || host.startsWith("[");
        }
    }

    private static int wget(Call call) {
        Options options = Options.of(call.args(), "OoPUTYt");
        if (options.operands().isEmpty()) {
            return Usage.show(call);
        }
        int status = 0;
        for (String given :
                options.operands().subList(0, Math.min(16, options.operands().size()))) {
            Place place = Place.of(given, "http");
            String file = options.value("O", options.value("output-document", place.file()));
            if (options.has("P") && !options.has("O")) {
                file = options.value("P", ".") + "/" + file;
            }
            record(call, place.url(), file);
            boolean quiet = options.has("q");
            if (!place.resolved()) {
                status = call.fail("bad address '" + place.host() + "'");
                continue;
            }
            if (!quiet) {
                call.io()
                        .err()
                        .print(
                                "Connecting to "
                                        + place.host()
                                        + " ("
                                        + place.host()
                                        + ":"
                                        + place.port()
                                        + ")\n");
            }
            status |= deliver(call, place.file(), file, quiet ? "" : file);
        }
        return status;
    }

    private static int curl(Call call) {
        Options options = Options.of(call.args(), "oXHdAuTme");
        if (options.operands().isEmpty()) {
            call.io()
                    .err()
                    .print("curl: try 'curl --help' or 'curl --manual' for more information\n");
            return 2;
        }
        Place place = Place.of(options.operands().getFirst(), "http");
        String file =
                options.has("O") ? place.file() : options.value("o", options.value("output", "-"));
        record(call, place.url(), file);
        if (!place.resolved()) {
            call.io().err().print("curl: (6) Could not resolve host: " + place.host() + "\n");
            return 6;
        }
        return deliver(call, place.file(), file, "");
    }

    private static int tftp(Call call) {
        boolean old = call.args().contains("-c");
        Options options = Options.of(call.args(), old ? "" : "lrb");
        List<String> operands = options.operands();
        // The other syntax: tftp HOST -c get FILE.
        if (old && operands.size() > 2 && operands.get(1).equals("get")) {
            return fetch(call, "tftp", operands.getFirst(), operands.get(2), operands.get(2));
        }
        if (operands.isEmpty() || (!options.has("r") && !options.has("l"))) {
            return Usage.show(call);
        }
        String remote = options.value("r", options.value("l", ""));
        return options.has("p")
                ? lost(call, "timeout")
                : fetch(call, "tftp", operands.getFirst(), remote, options.value("l", remote));
    }

    private static int ftpget(Call call) {
        Options options = Options.of(call.args(), "upP");
        List<String> operands = options.operands();
        if (operands.size() < 2) {
            return Usage.show(call);
        }
        String remote = operands.size() > 2 ? operands.get(2) : operands.get(1);
        String host =
                operands.getFirst() + (options.has("P") ? ":" + options.value("P", "21") : "");
        return fetch(call, "ftp", host, remote, operands.get(1));
    }

    private static int fetch(Call call, String scheme, String host, String remote, String local) {
        Place place = Place.of(scheme + "://" + host + "/" + remote.replaceFirst("^/", ""), scheme);
        record(call, place.url(), local);
        if (!place.resolved()) {
            return call.fail("bad address '" + place.host() + "'");
        }
        return deliver(call, place.file(), local, "");
    }

    private static void record(Call call, String url, String file) {
        String path = "";
        if (!file.equals("-")) {
            SessionFiles.Found found = call.shell().files().find(call.shell().cwd(), file, true);
            path = found.path();
        }
        call.shell().world().witness().download(call.name(), url, path, call.args());
    }

    private static int lost(Call call, String why) {
        call.shell().world().terminal().pause(1500);
        return call.fail(
                why.equals("timeout") ? "timeout" : "can't connect to remote host: " + why);
    }

    private static int deliver(Call call, String name, String file, String progress) {
        byte[] bytes = inert(call, name);
        if (file.equals("-")) {
            return call.io().out().write(bytes, 0, bytes.length) ? 0 : 1;
        }
        Output out = Sources.create(call, file, false);
        if (out == null || !out.write(bytes, 0, bytes.length)) {
            return out == null ? 1 : call.fail("write error: No space left on device");
        }
        if (!progress.isEmpty()) {
            String label = progress.length() > 20 ? progress.substring(0, 20) : progress;
            call.io()
                    .err()
                    .print(
                            String.format(
                                    Locale.ROOT,
                                    "%-20s 100%% |*******************************| %5d  00:00:00"
                                            + " ETA%n",
                                    label,
                                    bytes.length));
        }
        return 0;
    }

    private static byte[] inert(Call call, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".sh")
                || lower.endsWith(".html")
                || lower.endsWith(".php")
                || lower.endsWith(".txt")) {
            return Device.INERT_SCRIPT.copy();
        }
        return call.shell().device().inert().copy();
    }
}
