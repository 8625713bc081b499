package teiten.session.understand;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;
import teiten.session.Door;

import java.time.Instant;
import java.util.List;

/// A session in one row: what tables, searches and exports need without its events.
///
/// @param port the port that was dialled; 0 when unknown
/// @param stages in the order of [Stage], each once
/// @param family a label of the rules, or "unknown"
/// @param rules the version of the family rules
/// @param evidence the lines that gave the label
/// @param commands how many lines were given to the shell
/// @param urls each once, in order of first sight, at most [#MOST]
/// @param hosts of those URLs, each once
/// @param files names of files that were fetched or written, each once
/// @param samples SHA-256 of programs that it brought (fetched, uploaded, or written and beginning as ELF or a script),
///     where that is known, each once
/// @param cpus clues in the order of the visitor's tries; one a CPU and file
/// @param credentials each pair once
/// @param tokens applets that no BusyBox has, each once
/// @param fingerprint the script's shape; empty without commands
/// @param cut whether one of the lists was cut at its bound
public record SessionRecord(
        String sensor,
        String session,
        IpAddress source,
        int sourcePort,
        Instant start,
        Instant end,
        boolean ended,
        Door door,
        int port,
        String device,
        List<StageMark> stages,
        String family,
        String rules,
        List<Evidence> evidence,
        int commands,
        List<String> urls,
        List<String> hosts,
        List<String> files,
        List<String> samples,
        List<CpuClue> cpus,
        List<Credential> credentials,
        List<String> tokens,
        String fingerprint,
        boolean cut) {
    /// The most entries of each list.
    public static final int MOST = 64;

    public SessionRecord {
        stages = List.copyOf(stages);
        evidence = List.copyOf(evidence);
        urls = List.copyOf(urls);
        hosts = List.copyOf(hosts);
        files = List.copyOf(files);
        samples = List.copyOf(samples);
        cpus = List.copyOf(cpus);
        credentials = List.copyOf(credentials);
        tokens = List.copyOf(tokens);
    }

    /// The first sign of that stage, or null when it was not reached.
    public @Nullable StageMark mark(Stage stage) {
        for (StageMark mark : stages) {
            if (mark.stage() == stage) {
                return mark;
            }
        }
        return null;
    }

    public boolean reached(Stage stage) {
        return mark(stage) != null;
    }

    /// Labels of the CPUs, each once, in the order of the tries.
    public List<String> cpuLabels() {
        return cpus.stream().map(clue -> clue.cpu().label()).distinct().toList();
    }
}
