package teiten.sample;

/// The ELF header as one of its four readings (class × byte order) gives it. No field has been believed yet.
///
/// ```
/// offset 32/64   field                offset 32/64   field
///  0             magic 7f 'E' 'L' 'F'  28 / 32       e_phoff
///  4 5 6 7       class data version OS 32 / 40       e_shoff
///  16            e_type                36 / 48       e_flags
///  18            e_machine             40 / 52       e_ehsize
///  20            e_version             42 / 54       e_phentsize   44 / 56 e_phnum
///  24            e_entry               46 / 58       e_shentsize   48 / 60 e_shnum   50 / 62 e_shstrndx
/// ```
record ElfHeader(
        ElfClass width,
        Endianness order,
        int type,
        int machine,
        long version,
        long entry,
        long phoff,
        long shoff,
        long flags,
        int ehsize,
        int phentsize,
        int phnum,
        int shentsize,
        int shnum,
        int shstrndx) {
    static final int EI_CLASS = 4;
    static final int EI_DATA = 5;
    static final int EI_VERSION = 6;
    static final int EI_OSABI = 7;
    static final int E_TYPE = 16;
    static final int E_MACHINE = 18;
    static final int E_VERSION = 20;
    static final int E_ENTRY = 24;

    static final int REL = 1;
    static final int EXEC = 2;
    static final int DYN = 3;
    static final int CORE = 4;

    static final long PT_LOAD = 1;
    static final long PT_DYNAMIC = 2;
    static final long PT_INTERP = 3;
    static final long PT_NOTE = 4;

    /// No honest program has more; the kernel itself stops at 65536 bytes of program headers.
    static final int MOST_SEGMENTS = 1024;

    static final int MOST_SECTIONS = 8192;

    static boolean hasMagic(FileBytes file) {
        return file.size() >= 4 && file.u32(0, Endianness.BIG) == 0x7f454c46L;
    }

    static ElfHeader read(FileBytes file, ElfClass width, Endianness order) {
        boolean wide = width == ElfClass.ELF64;
        return new ElfHeader(
                width,
                order,
                file.u16(E_TYPE, order),
                file.u16(E_MACHINE, order),
                file.u32(E_VERSION, order),
                wide ? file.u64(E_ENTRY, order) : file.u32(E_ENTRY, order),
                wide ? file.u64(32, order) : file.u32(28, order),
                wide ? file.u64(40, order) : file.u32(32, order),
                file.u32(wide ? 48 : 36, order),
                file.u16(wide ? 52 : 40, order),
                file.u16(wide ? 54 : 42, order),
                file.u16(wide ? 56 : 44, order),
                file.u16(wide ? 58 : 46, order),
                file.u16(wide ? 60 : 48, order),
                file.u16(wide ? 62 : 50, order));
    }

    int flagsOffset() {
        return width == ElfClass.ELF64 ? 48 : 36;
    }

    int ehsizeOffset() {
        return flagsOffset() + 4;
    }

    int phentsizeOffset() {
        return flagsOffset() + 6;
    }

    int phnumOffset() {
        return flagsOffset() + 8;
    }

    int shentsizeOffset() {
        return flagsOffset() + 10;
    }

    /// How many whole program headers of the right size lie in the file, never more than [#MOST_SEGMENTS].
    int segmentsPresent(FileBytes file) {
        if (phoff == 0) {
            return 0;
        }
        int wanted = Math.min(phnum, MOST_SEGMENTS);
        return file.present(phoff, (long) wanted * width.programHeaderBytes())
                / width.programHeaderBytes();
    }

    long segmentType(FileBytes file, int index) {
        return file.u32(phoff + (long) index * width.programHeaderBytes(), order);
    }
}
