package teiten.lab.inside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the warden is told to do: one file `job` in the run's folder, a name and a value a line, written by the
/// controller. Nothing a sample controls stands in it but its own bytes, in the file `sample` beside it.
///
/// @param folder the run's folder on the host's disk; everything of the run is written there
/// @param emulator the static emulator's path on the host, or empty: then only the seal is proved
/// @param name the file name that the sample gets inside
/// @param seconds how long it may run, in seconds of wall clock
/// @param gateways addresses of the host's own gateways, to be tried from inside by the proof
/// @param magics further ELF magics for the namespace's own binfmt_misc, in that file's `register` syntax
record Job(
        Path folder,
        String emulator,
        String name,
        int seconds,
        List<String> gateways,
        List<String> magics) {
    static Job read(Path folder) throws IOException {
        String emulator = "";
        String name = "a";
        int seconds = 10;
        List<String> gateways = new ArrayList<>();
        List<String> magics = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("job"))) {
            int tab = line.indexOf('\t');
            String value = line.substring(tab + 1);
            switch (line.substring(0, Math.max(0, tab))) {
                case "emulator" -> emulator = value;
                case "name" -> name = value;
                case "seconds" -> seconds = Integer.parseInt(value);
                case "gateway" -> gateways.add(value);
                case "binfmt" -> magics.add(value);
                default -> throw new SealBroken("job: the line '" + line + "' is not understood");
            }
        }
        return new Job(folder, emulator, name, seconds, List.copyOf(gateways), List.copyOf(magics));
    }
}
