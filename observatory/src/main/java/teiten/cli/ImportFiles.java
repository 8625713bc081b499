package teiten.cli;

import teiten.OperatorMistake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The files that an import names, directories walked in the order of names.
///
/// Of a directory that a decoy writes into (`events-*.jsonl`), the finished segments are taken and nothing else: a
/// hidden file is still being written, and `files/` holds what attackers left.
final class ImportFiles {
    private ImportFiles() {}

    /// @param folder what relative names start from
    static List<Path> of(List<String> names, Path folder) {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            Path path = name.equals("-") ? Path.of("-") : folder.resolve(name);
            if (name.equals("-") || !Files.isDirectory(path)) {
                files.add(path);
            } else {
                files.addAll(below(path));
            }
        }
        return files;
    }

    private static List<Path> below(Path directory) {
        try (Stream<Path> below = Files.walk(directory)) {
            List<Path> all =
                    below.filter(Files::isRegularFile)
                            .filter(f -> !f.getFileName().toString().startsWith("."))
                            .sorted()
                            .toList();
            List<Path> written = all.stream().filter(ImportFiles::isSegment).toList();
            List<Path> decoys = written.stream().map(Path::getParent).distinct().toList();
            List<Path> found =
                    all.stream()
                            .filter(f ->
                                    written.contains(f) || decoys.stream().noneMatch(f::startsWith))
                            .toList();
            if (found.isEmpty()) {
                throw new OperatorMistake(
                        "the directory "
                                + directory
                                + " holds no file; name captures or another one");
            }
            return found;
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "the directory " + directory + " cannot be read (" + fault.getMessage() + ")",
                    fault);
        }
    }

    private static boolean isSegment(Path file) {
        return file.getFileName().toString().matches("events-.*\\.jsonl");
    }
}
