package teiten.sample;

/// Width of the file format (not always of the CPU: x32 and MIPS n32 are ELF32 on 64-bit CPUs), with the layout that
/// follows from it.
public enum ElfClass {
    ELF32(1, 52, 32, 40, 16),
    ELF64(2, 64, 56, 64, 24);

    private final int identByte;
    private final int headerBytes;
    private final int programHeaderBytes;
    private final int sectionHeaderBytes;
    private final int symbolBytes;

    ElfClass(
            int identByte,
            int headerBytes,
            int programHeaderBytes,
            int sectionHeaderBytes,
            int symbolBytes) {
        this.identByte = identByte;
        this.headerBytes = headerBytes;
        this.programHeaderBytes = programHeaderBytes;
        this.sectionHeaderBytes = sectionHeaderBytes;
        this.symbolBytes = symbolBytes;
    }

    /// The value of `e_ident[EI_CLASS]`.
    public int identByte() {
        return identByte;
    }

    int headerBytes() {
        return headerBytes;
    }

    int programHeaderBytes() {
        return programHeaderBytes;
    }

    int sectionHeaderBytes() {
        return sectionHeaderBytes;
    }

    int symbolBytes() {
        return symbolBytes;
    }
}
