package teiten.bench;

import java.nio.file.Path;
import java.util.Locale;

/// `Lean THREADS FILE`: see [LeanPorts].
public final class Lean {
    private Lean() {}

    public static void main(String[] args) throws Exception {
        long begin = System.nanoTime();
        String said = LeanPorts.count(Path.of(args[1]), Integer.parseInt(args[0]));
        System.out.printf(
                Locale.ROOT,
                "lean %s threads %.3f s inside the process: %s%n",
                args[0],
                (System.nanoTime() - begin) / 1e9,
                said);
    }
}
