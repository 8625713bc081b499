package teiten.session.understand;

/// Why a payload is thought to be for a CPU. The clues of a session stand in the order of its tries.
///
/// @param how what it was read from
/// @param evidence the file's name or path, bounded
public record CpuClue(Cpu cpu, How how, String evidence) {
    public enum How {
        /// The end of a file name: a claim of whoever named it.
        NAME("name"),
        /// `e_machine` of an ELF header that the visitor wrote byte by byte.
        ELF("elf");

        private final String label;

        How(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }
}
