package teiten.lab.inside;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The first process of a sealed namespace: makes the network, proves the seal, runs one sample within its bounds,
/// and writes what happened into the run's folder.
///
/// It speaks with the controller by lines: `ready` when the seal is proved, then waits for `go`; `ended` when the
/// folder is complete. When its input ends, the controller is gone, and so is the warden; as it is process 1 of its
/// PID namespace, the kernel then ends everything else in there and takes down mounts and network.
public final class Warden {
    private static final long OUTPUT_KEPT = 256L << 10;
    private static final long OUTPUT_BOUND = 8L << 20;
    private static final int DROPPED_FILES = 64;

    private final Arena arena = Arena.ofShared();
    private final Kernel kernel = new Kernel(arena);
    private final Job job;
    private final Cell cell;
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<String> outcome = new ArrayList<>();
    private volatile long output;

    private Warden(Job job) {
        this.job = job;
        cell = new Cell(job.folder(), job.seconds());
    }

    /// `folder`: the run's folder with the file `job` in it.
    public static void main(String[] args) {
        int status = 0;
        try {
            new Warden(Job.read(Path.of(args[0]))).live();
        } catch (SealBroken broken) {
            System.out.println("broken\t" + broken.getMessage());
            status = 70;
        } catch (IOException | InterruptedException | RuntimeException fault) {
            System.out.println("broken\twarden: " + fault);
            status = 71;
        }
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }

    private void live() throws IOException, InterruptedException {
        Thread.ofPlatform().daemon().start(this::listen);
        Network.seal();
        Thread rules = Thread.ofPlatform().start(this::answerEverything);
        Sinkhole sinkhole = new Sinkhole();
        cell.furnish(kernel, arena);
        boolean dropped = cell.runDroppedFiles(kernel, arena, job.magics());
        Thread answering = Thread.ofPlatform().daemon().start(sinkhole);
        rules.join();
        if (!rulesSaid.isEmpty()) {
            throw new SealBroken(rulesSaid);
        }
        prove(job.emulator().isEmpty());
        Recorder recorder = new Recorder(job.folder().resolve("traffic.pcap"));
        System.out.println("ready");
        System.out.flush();
        go.await();
        if (!job.emulator().isEmpty()) {
            recorder.forget();
            long before = Network.sent();
            Thread recording = Thread.ofPlatform().daemon().start(recorder);
            run(recorder);
            long sent = Network.sent() - before;
            recorder.stop(recording);
            sinkhole.stop(answering);
            note("packets", recorder.packets());
            note("unseen", recorder.dropped());
            note("sent", sent);
            note("second_stage", dropped);
            collect();
        }
        Files.write(job.folder().resolve("outcome"), outcome);
        System.out.println("ended");
    }

    private volatile String rulesSaid = "";

    private void answerEverything() {
        try {
            Network.answerEverything();
        } catch (SealBroken | IOException broken) {
            rulesSaid = "nftables: " + broken.getMessage();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        try {
            int next = System.in.read();
            while (next >= 0) {
                if (next == 'g') {
                    go.countDown();
                }
                next = System.in.read();
            }
        } catch (IOException _) {
            // The same as the end of input.
        }
        Runtime.getRuntime().halt(75);
    }

    private void prove(boolean doors) throws IOException, InterruptedException {
        Proof proof = new Proof(cell);
        List<Proof.Answer> answers = new ArrayList<>(proof.ask(job.gateways()));
        if (doors) {
            answers.addAll(proof.doors());
        }
        Files.write(
                job.folder().resolve("proof"), answers.stream().map(Proof.Answer::line).toList());
        for (Proof.Answer answer : answers) {
            if (!answer.holds()) {
                throw new SealBroken(
                        "proof: '"
                                + answer.name()
                                + "' does not hold (answer "
                                + answer.answer()
                                + ")");
            }
        }
    }

    private void run(Recorder recorder) throws IOException, InterruptedException {
        Path sample = cell.tmp().resolve(job.name());
        Files.copy(job.folder().resolve("sample"), sample);
        sample.toFile().setExecutable(true, false);
        long start = System.nanoTime();
        Process process =
                new ProcessBuilder(cell.running(job.emulator(), job.name()))
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                        .start();
        Thread reading = Thread.ofPlatform().daemon().start(() -> keep(process.getInputStream()));
        Bounds bounds = new Bounds(cell, recorder, job.seconds());
        String ended = "";
        while (ended.isEmpty()) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                int status = process.exitValue();
                ended = status > 128 ? "signal " + (status - 128) : "exit " + status;
            } else {
                ended =
                        output > OUTPUT_BOUND
                                ? "output"
                                : bounds.crossed(System.nanoTime() - start);
            }
        }
        bounds.look();
        note("ended", ended);
        note("wall_ms", (System.nanoTime() - start) / 1_000_000);
        note("most_processes", bounds.mostProcesses());
        note("most_memory_kb", bounds.mostMemory());
        note("disk_full", bounds.diskWasFull());
        // Process 1 may signal everybody of its PID namespace, and -1 spares the caller.
        kernel.call(Kernel.KILL, -1, 9, 0);
        process.waitFor(2, TimeUnit.SECONDS);
        reading.join(500);
        note("output", output);
    }

    private void keep(InputStream said) {
        byte[] buffer = new byte[8_192];
        try (OutputStream out = Files.newOutputStream(job.folder().resolve("output.txt"))) {
            int length = said.read(buffer);
            while (length >= 0) {
                if (output < OUTPUT_KEPT) {
                    out.write(buffer, 0, (int) Math.min(length, OUTPUT_KEPT - output));
                }
                output += length;
                length = said.read(buffer);
            }
        } catch (IOException _) {
            // The sample is gone, or the disk is full: what was read stays.
        }
    }

    /// Saves what the sample left in its `/tmp`. Nobody else is alive in here any more, and links are not followed.
    private void collect() throws IOException {
        Path kept = Files.createDirectories(job.folder().resolve("left"));
        List<Path> files;
        try (Stream<Path> walk = Files.walk(cell.tmp(), 8)) {
            files =
                    walk.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
                            .limit(DROPPED_FILES)
                            .toList();
        }
        int number = 0;
        for (Path file : files) {
            String inside = "/tmp/" + cell.tmp().relativize(file);
            Path copy = kept.resolve(Integer.toString(number++));
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING, LinkOption.NOFOLLOW_LINKS);
            copy.toFile().setExecutable(false, false);
            outcome.add(
                    "left\t"
                            + copy.getFileName()
                            + "\t"
                            + Files.size(copy)
                            + "\t"
                            + escape(inside));
        }
    }

    /// A file's name is the sample's choice: nothing in it may look like a line or a column of ours.
    private static String escape(String name) {
        StringBuilder safe = new StringBuilder();
        name.chars()
                .limit(300)
                .forEach(c ->
                        safe.append(
                                c < ' ' || c == 127
                                        ? "\\x" + Integer.toHexString(c)
                                        : Character.toString(c)));
        return safe.toString();
    }

    private void note(String name, Object value) {
        outcome.add(name + "\t" + value);
    }
}
