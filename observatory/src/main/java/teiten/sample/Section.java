package teiten.sample;

/// One section header whose range was checked against the file. Numbers are unsigned 64-bit.
record Section(
        int index, String name, long type, long flags, long offset, long size, boolean inside) {
    static final long SYMTAB = 2;
    static final long NOBITS = 8;
}
