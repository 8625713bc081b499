package teiten.sample;

import java.util.List;

/// Everything that was read from one file without running it.
///
/// @param size bytes of the whole file
/// @param whole whether all of it was read; longer files are read up to [SampleReader#MOST_BYTES]
/// @param entropy of the bytes read, 0 to 8 bits a byte
/// @param anomalies of the content, whatever its kind
public record SampleFacts(
        long size,
        boolean whole,
        Hashes hashes,
        Content content,
        double entropy,
        StringFacts strings,
        List<XorTable> xorTables,
        Traces traces,
        List<FamilyHit> families,
        List<Anomaly> anomalies) {

    /// What kind of file it is, with what only that kind has.
    public sealed interface Content {
        /// `elf`, `script`, `archive` or `other`.
        String kind();
    }

    public record Elf(ElfFacts facts) implements Content {
        @Override
        public String kind() {
            return "elf";
        }
    }

    public record Script(ScriptFacts facts) implements Content {
        @Override
        public String kind() {
            return "script";
        }
    }

    public record Archive(ArchiveFacts facts) implements Content {
        @Override
        public String kind() {
            return "archive";
        }
    }

    /// @param what a word for the bytes by their beginning, such as `PE`, `HTML`, `empty`, `text`, `data`
    public record Other(String what) implements Content {
        @Override
        public String kind() {
            return "other";
        }
    }
}
