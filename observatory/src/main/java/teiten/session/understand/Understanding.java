package teiten.session.understand;

import org.jspecify.annotations.Nullable;

import teiten.session.Event;
import teiten.session.Payload;
import teiten.session.Session;
import teiten.session.Text;
import teiten.session.understand.ShellLine.Redirect;
import teiten.session.understand.ShellLine.Simple;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Makes a session's row from its events: one walk, every list bounded, nothing looked up and nothing run.
public final class Understanding {
    private static final int BRIEF = 200;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /// The first bytes kept of a file that is written line by line; an ELF header's `e_machine` ends at 20.
    private static final int HEAD = 64;

    /// The most lines that the family rules look at.
    private static final int MOST_LINES = 2000;

    private final FamilyRules rules;
    private final Map<Stage, StageMark> marks = new EnumMap<>(Stage.class);
    private final List<String> lines = new ArrayList<>();
    private final Set<String> urls = new LinkedHashSet<>();
    private final Set<String> hosts = new LinkedHashSet<>();
    private final Set<String> files = new LinkedHashSet<>();
    private final Set<String> samples = new LinkedHashSet<>();
    private final Set<CpuClue> cpus = new LinkedHashSet<>();
    private final Set<Credential> credentials = new LinkedHashSet<>();
    private final Set<String> tokens = new LinkedHashSet<>();
    private final Map<String, Head> written = new LinkedHashMap<>();
    private final Fingerprint fingerprint = new Fingerprint();
    private int commands;
    private boolean cut;

    /// The beginning of a file under construction.
    private static final class Head {
        final byte[] bytes = new byte[HEAD];
        int length;

        void append(byte[] more) {
            int n = Math.min(more.length, HEAD - length);
            System.arraycopy(more, 0, bytes, length, n);
            length += n;
        }
    }

    private Understanding(FamilyRules rules) {
        this.rules = rules;
    }

    public static SessionRecord of(Session session, FamilyRules rules) {
        return new Understanding(rules).summarise(session);
    }

    /// A text shortened for a table.
    static String brief(String text) {
        return Text.of(text, BRIEF).toString();
    }

    private SessionRecord summarise(Session session) {
        mark(Stage.PROBE, session.start(), session.events().getFirst().kind());
        for (Event event : session.events()) {
            take(event);
        }
        FamilyRules.Verdict verdict = rules.judge(lines);
        return new SessionRecord(
                session.visit().sensor(),
                session.visit().session(),
                session.visit().source(),
                session.visit().sourcePort(),
                session.start(),
                session.end(),
                session.ended(),
                session.visit().door(),
                session.visit().destinationPort(),
                session.visit().device(),
                List.copyOf(marks.values()),
                verdict.family(),
                rules.version(),
                verdict.evidence(),
                commands,
                List.copyOf(urls),
                List.copyOf(hosts),
                List.copyOf(files),
                List.copyOf(samples),
                List.copyOf(cpus),
                List.copyOf(credentials),
                List.copyOf(tokens),
                fingerprint.hash(),
                cut);
    }

    private void take(Event event) {
        Instant at = event.at();
        switch (event) {
            case Event.LoginTry e -> {
                mark(Stage.LOGIN_TRY, at, "login");
                add(credentials, new Credential(e.user().value(), e.password().value(), false));
            }
            case Event.LoggedIn e -> {
                mark(Stage.LOGIN_TRY, at, "login");
                mark(Stage.LOGIN, at, "logged in");
                credentials.remove(new Credential(e.user().value(), e.password().value(), false));
                add(credentials, new Credential(e.user().value(), e.password().value(), true));
            }
            case Event.Command e -> {
                mark(Stage.LOGIN, at, "a command was given");
                commands++;
                line(e.line().value(), at);
            }
            case Event.Download e -> {
                if (e.url().isEmpty()) {
                    file(e.path().value());
                } else {
                    sample(e.sha256());
                    url(e.url().value());
                    mark(Stage.DOWNLOAD, at, e.url().value());
                }
            }
            case Event.FileCaptured e -> captured(e);
            case Event.Request e -> request(e);
            case Event.Probe e -> {
                if (e.side() == Event.Side.VISITOR && e.reading().equals("netis-command")) {
                    line(e.payload().text().value(), at);
                }
            }
            case Event.Connected _,
                    Event.Negotiated _,
                    Event.ClientTrait _,
                    Event.Input _,
                    Event.Forward _,
                    Event.Output _,
                    Event.CommandAnswer _,
                    Event.Recording _,
                    Event.Limited _,
                    Event.Closed _ -> {}
        }
    }

    private void captured(Event.FileCaptured e) {
        String path = e.path().value();
        file(path);
        if (isUpload(e) || isProgram(e.head())) {
            sample(e.sha256());
        }
        Payload head = e.head();
        Cpu cpu = Cpu.ofElf(head.bytes(), head.kept());
        if (cpu != null) {
            add(cpus, new CpuClue(cpu, CpuClue.How.ELF, brief(path)));
            mark(Stage.DOWNLOAD, e.at(), "an ELF file written to " + path);
        } else if (isUpload(e)) {
            mark(Stage.DOWNLOAD, e.at(), path);
        }
    }

    private static boolean isUpload(Event.FileCaptured e) {
        return e.how().value().equals("upload") || e.how().value().equals("sftp");
    }

    /// Loaders also write words only to see whether they may; a program begins as ELF or as a script.
    private static boolean isProgram(Payload head) {
        return head.kept() >= 4
                        && head.at(0) == 0x7F
                        && head.at(1) == 'E'
                        && head.at(2) == 'L'
                        && head.at(3) == 'F'
                || head.kept() >= 2 && head.at(0) == '#' && head.at(1) == '!';
    }

    /// An HTTP request; commands that it smuggles in are read like a shell's.
    private void request(Event.Request e) {
        String body = e.body().text().value();
        for (String part : (e.target().value() + "&" + body).split("[?&]", 256)) {
            String value = decode(part.substring(part.indexOf('=') + 1));
            if (value.contains("wget")
                    || value.contains("curl")
                    || value.contains("tftp")
                    || value.contains("busybox")) {
                line(value, e.at());
            }
        }
        if (lines.size() < MOST_LINES) {
            lines.add(e.method() + " " + e.target().value());
        }
    }

    private static String decode(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return value;
        }
    }

    private void line(String raw, Instant at) {
        String line = stripEnd(raw);
        if (lines.size() < MOST_LINES) {
            lines.add(line);
        }
        for (String url : Urls.in(line)) {
            url(url);
        }
        for (Simple command : ShellLine.split(line)) {
            fingerprint.add(command);
            Stage stage = writes(command) ? Stage.DOWNLOAD : CommandStage.of(command);
            if (stage != null) {
                mark(stage, at, line);
            }
            for (String url : Urls.fetched(command)) {
                url(url);
            }
            tcp(command);
            if (CommandStage.isToken(command.program()) && command.ofBusyBox()) {
                add(tokens, command.program());
            }
        }
    }

    /// `nc HOST PORT > FILE` brings a file too.
    private void tcp(Simple command) {
        boolean nc = command.program().equals("nc") || command.program().equals("netcat");
        List<String> words = command.arguments();
        if (nc && words.size() >= 2) {
            String host = words.get(words.size() - 2);
            String port = words.getLast();
            if (Urls.looksLikeHost(host) && port.chars().allMatch(Character::isDigit)) {
                url("tcp://" + host + ":" + port + "/");
                for (Redirect redirect : command.redirects()) {
                    if (redirect.writes()) {
                        file(redirect.target());
                    }
                }
            }
        }
    }

    /// Follows files that are written by `echo` and `printf`.
    ///
    /// @return whether the command wrote bytes that are no text
    private boolean writes(Simple command) {
        boolean echo = command.program().equals("echo");
        if (!echo && !command.program().equals("printf")) {
            return false;
        }
        boolean binary = false;
        for (Redirect redirect : command.redirects()) {
            if (!redirect.writes()) {
                continue;
            }
            byte[] bytes =
                    echo
                            ? EchoBytes.echo(command.arguments())
                            : EchoBytes.printf(command.arguments());
            Head head = head(redirect.target());
            if (redirect.operator().equals(">")) {
                head.length = 0;
            }
            head.append(bytes);
            boolean grows = head.length >= 4 && head.bytes[0] == 0x7F && head.bytes[1] == 'E';
            binary |= grows || !isText(bytes);
            if (binary) {
                file(redirect.target());
            }
            Cpu cpu = Cpu.ofElf(head.bytes, head.length);
            if (cpu != null) {
                add(cpus, new CpuClue(cpu, CpuClue.How.ELF, brief(redirect.target())));
            }
        }
        return binary;
    }

    private Head head(String target) {
        Head known = written.get(target);
        if (known != null) {
            return known;
        }
        if (written.size() >= SessionRecord.MOST) {
            cut = true;
            return new Head();
        }
        Head head = new Head();
        written.put(target, head);
        return head;
    }

    private static boolean isText(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0x20 && b != '\n' && b != '\r' && b != '\t' || b == 0x7F) {
                return false;
            }
        }
        return true;
    }

    private void url(String url) {
        String bounded = Text.path(url).value();
        add(urls, bounded);
        String host = Urls.host(bounded);
        if (!host.isEmpty()) {
            add(hosts, host);
        }
        file(Urls.file(bounded));
    }

    private void file(String path) {
        if (path.isEmpty()) {
            return;
        }
        String name = brief(path);
        add(files, name);
        Cpu cpu = Cpu.ofFileName(name);
        if (cpu != null) {
            add(cpus, new CpuClue(cpu, CpuClue.How.NAME, name));
        }
    }

    private void sample(@Nullable String sha256) {
        if (sha256 != null && SHA256.matcher(sha256).matches()) {
            add(samples, sha256);
        }
    }

    private void mark(Stage stage, Instant at, String evidence) {
        if (!marks.containsKey(stage)) {
            marks.put(stage, new StageMark(stage, at, brief(evidence)));
        }
    }

    private <T> void add(Collection<T> to, T value) {
        if (to.contains(value)) {
            return;
        }
        if (to.size() >= SessionRecord.MOST) {
            cut = true;
        } else {
            to.add(value);
        }
    }

    private static String stripEnd(String line) {
        int end = line.length();
        while (end > 0 && (line.charAt(end - 1) == '\0' || line.charAt(end - 1) <= ' ')) {
            end--;
        }
        return line.substring(0, end);
    }
}
