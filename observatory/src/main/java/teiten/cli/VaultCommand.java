package teiten.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import teiten.OperatorMistake;
import teiten.sample.FamilyRules;
import teiten.sample.Provenance;
import teiten.sample.SampleFacts;
import teiten.sample.SampleJson;
import teiten.sample.SampleReader;
import teiten.sample.Vault;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/// `teiten vault …`: the samples that were kept, by SHA-256.
@Command(
        name = "vault",
        description =
                "Keep samples by SHA-256, never executable; give them out only as an archive.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            VaultCommand.Add.class,
            VaultCommand.ListAll.class,
            VaultCommand.Show.class,
            VaultExport.class,
            VaultCommand.Verify.class,
            VaultCommand.Remove.class
        })
public final class VaultCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return Main.MISTAKE;
    }

    @Command(name = "add", description = "Takes files in.", mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Mixin private VaultPlace place = new VaultPlace();

        @Parameters(arity = "1..*", paramLabel = "FILE")
        private List<Path> files = List.of();

        @Option(
                names = "--session",
                paramLabel = "ID",
                description = "The session in which it came.")
        private String session = "";

        @Option(
                names = "--url",
                paramLabel = "URL",
                description = "Where the attacker fetched it from.")
        private String url = "";

        @Override
        public Integer call() {
            Vault vault = place.open();
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            int refused = 0;
            for (Path file : files) {
                try (InputStream in = Files.newInputStream(file)) {
                    Instant now = InstantSource.system().instant();
                    Vault.Kept kept =
                            vault.add(in, new Provenance(session, url, "teiten vault add", now));
                    switch (kept.outcome()) {
                        case ADDED -> out.println(kept.sha256() + " added");
                        case KNOWN ->
                                out.println(
                                        kept.sha256()
                                                + " known"
                                                + (kept.noted() ? "" : ", sighting not noted"));
                        case TOO_LARGE, VAULT_FULL, EMPTY -> {
                            refused++;
                            err.println(
                                    "teiten: "
                                            + Print.safe(file.toString())
                                            + " was not taken: "
                                            + reason(kept.outcome()));
                        }
                    }
                } catch (IOException cannot) {
                    throw new OperatorMistake(
                            file
                                    + " cannot be taken in ("
                                    + cannot.getClass().getSimpleName()
                                    + "); check the file and the space on the vault's disk",
                            cannot);
                }
            }
            out.flush();
            return refused == 0 ? Main.DONE : Main.DAMAGE;
        }
    }

    @Command(name = "list", description = "Lists all samples.", mixinStandardHelpOptions = true)
    static final class ListAll implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Mixin private VaultPlace place = new VaultPlace();

        @Option(names = "--json", description = "One JSON object a line.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            Vault vault = place.open();
            PrintWriter out = spec.commandLine().getOut();
            List<Vault.Sample> samples = vault.list();
            for (Vault.Sample sample : samples) {
                int sightings = vault.provenance(sample.sha256()).size();
                if (json) {
                    Map<String, Object> line = new LinkedHashMap<>();
                    line.put("sha256", sample.sha256());
                    line.put("size", sample.size());
                    line.put("added", sample.added().toString());
                    line.put("sightings", sightings);
                    out.println(JSON.writeValueAsString(line));
                } else {
                    out.println(
                            String.format(
                                    Locale.ROOT,
                                    "%s %,10d bytes %d",
                                    sample.sha256(),
                                    sample.size(),
                                    sightings));
                }
            }
            out.flush();
            long total = samples.stream().mapToLong(Vault.Sample::size).sum();
            spec.commandLine()
                    .getErr()
                    .println(
                            String.format(
                                    Locale.ROOT,
                                    "%,d samples, %,.1f MB; last column: sightings",
                                    samples.size(),
                                    total / 1e6));
            return Main.DONE;
        }
    }

    @Command(
            name = "show",
            description = "One sample's facts and sightings.",
            mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Mixin private VaultPlace place = new VaultPlace();

        @Parameters(paramLabel = "SHA256", description = "At least the first 8 digits.")
        private String name = "";

        @Option(names = "--json", description = "One JSON object.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            Vault vault = place.open();
            PrintWriter out = spec.commandLine().getOut();
            String sha256 = vault.resolve(name);
            byte[] bytes = bytes(vault, sha256);
            SampleFacts facts = new SampleReader(FamilyRules.builtIn()).read(bytes);
            List<Provenance> sightings = vault.provenance(sha256);
            if (json) {
                Map<String, Object> object = SampleJson.of(sha256, facts);
                object.put("sightings", sightings.stream().map(Show::sighting).toList());
                out.println(JSON.writeValueAsString(object));
            } else {
                SampleSheet.of(sha256, facts).forEach(out::println);
                for (Provenance seen : sightings) {
                    out.println(
                            "  seen         "
                                    + seen.time()
                                    + " "
                                    + Print.safe(
                                            seen.sensor()
                                                    + " "
                                                    + seen.session()
                                                    + " "
                                                    + teiten.sample.Defang.line(seen.url())));
                }
            }
            out.flush();
            return Main.DONE;
        }

        private static Map<String, Object> sighting(Provenance seen) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("time", seen.time().toString());
            object.put("sensor", seen.sensor());
            object.put("session", seen.session());
            object.put("url", teiten.sample.Defang.line(seen.url()));
            return object;
        }
    }

    @Command(
            name = "verify",
            description = "Compares every sample with its name.",
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Mixin private VaultPlace place = new VaultPlace();

        @Override
        public Integer call() throws IOException {
            Vault vault = place.open();
            List<String> damaged = vault.damaged();
            damaged.forEach(name -> spec.commandLine().getOut().println(name + " damaged"));
            spec.commandLine().getOut().flush();
            spec.commandLine()
                    .getErr()
                    .println(vault.list().size() + " samples, " + damaged.size() + " damaged");
            return damaged.isEmpty() ? Main.DONE : Main.DAMAGE;
        }
    }

    @Command(
            name = "remove",
            description = "Deletes samples and their sightings for good.",
            mixinStandardHelpOptions = true)
    static final class Remove implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Mixin private VaultPlace place = new VaultPlace();

        @Parameters(
                arity = "1..*",
                paramLabel = "SHA256",
                description = "At least the first 8 digits of each.")
        private List<String> names = List.of();

        @Override
        public Integer call() throws IOException {
            Vault vault = place.open();
            for (String sha256 : names.stream().map(vault::resolve).distinct().toList()) {
                vault.remove(sha256);
                spec.commandLine().getOut().println(sha256 + " removed");
            }
            spec.commandLine().getOut().flush();
            return Main.DONE;
        }
    }

    /// Why the vault did not take a file.
    static String reason(Vault.Outcome outcome) {
        return switch (outcome) {
            case TOO_LARGE -> "larger than " + (Vault.Bounds.USUAL.sampleBytes() >> 20) + " MB";
            case VAULT_FULL ->
                    "the vault holds its " + (Vault.Bounds.USUAL.totalBytes() >> 30) + " GB";
            case EMPTY -> "it is empty";
            case ADDED, KNOWN -> "";
        };
    }

    static byte[] bytes(Vault vault, String sha256) throws IOException {
        byte[] bytes = vault.bytes(sha256);
        if (bytes == null) {
            throw new OperatorMistake(
                    "the sample " + sha256 + " has left the vault; see teiten vault list");
        }
        return bytes;
    }
}
