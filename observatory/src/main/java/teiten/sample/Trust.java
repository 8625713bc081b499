package teiten.sample;

/// How far a fact read from a hostile file can be trusted: who would notice if it were a lie.
public enum Trust {
    /// The kernel or the emulator acts on it: were it false, the file would not run.
    LOADER("the loader acts on it"),
    /// The compiler or linker left it; nothing that runs the file looks at it, so anybody can have changed it.
    TOOLCHAIN("left by the toolchain, free to alter"),
    /// Concluded from several signals; a reading, never a verdict.
    INFERRED("inferred from signals"),
    /// Only the file's own word, contradicted or unsupported by anything else.
    CLAIM("the file's own word only");

    private final String words;

    Trust(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
