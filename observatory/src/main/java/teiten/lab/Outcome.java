package teiten.lab;

import teiten.lab.Behaviour.Left;
import teiten.sample.Hashes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the warden noted at the end of a run: its `outcome` file, names and values a line.
record Outcome(Map<String, String> notes, List<Left> left) {
    static Outcome read(Path run) throws IOException {
        Map<String, String> notes = new HashMap<>();
        List<Left> left = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("outcome"))) {
            String[] cells = line.split("\t", 4);
            if (cells[0].equals("left") && cells.length == 4) {
                byte[] bytes = Files.readAllBytes(run.resolve("left").resolve(cells[1]));
                left.add(new Left(Escape.text(cells[3]), bytes.length, Hashes.sha256(bytes)));
            } else if (cells.length == 2) {
                notes.put(cells[0], cells[1]);
            }
        }
        return new Outcome(Map.copyOf(notes), List.copyOf(left));
    }

    String text(String name) {
        return notes.getOrDefault(name, "");
    }

    long number(String name) {
        String value = text(name);
        return value.isEmpty() ? 0 : Long.parseLong(value);
    }
}
