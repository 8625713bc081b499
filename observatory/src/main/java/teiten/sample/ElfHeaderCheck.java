package teiten.sample;

/// Compares a header's fields with what a sound header says; what differs is an [Anomaly], never a refusal.
final class ElfHeaderCheck {
    private final FileBytes file;
    private final ElfReader.Oddities odd;

    private ElfHeaderCheck(FileBytes file, ElfReader.Oddities odd) {
        this.file = file;
        this.odd = odd;
    }

    static void check(FileBytes file, ElfHeader header, ElfReader.Oddities odd) {
        new ElfHeaderCheck(file, odd).header(header);
    }

    private void header(ElfHeader header) {
        int size = header.width().headerBytes();
        if (!file.holds(0, size)) {
            odd.add(
                    Anomaly.Kind.TRUNCATED_HEADER,
                    "file",
                    "ends after " + file.size() + " of " + size + " header bytes");
        }
        identByte(
                ElfHeader.EI_CLASS,
                "EI_CLASS",
                Anomaly.Kind.IDENT_CLASS,
                header.width().identByte());
        identByte(
                ElfHeader.EI_DATA, "EI_DATA", Anomaly.Kind.IDENT_DATA, header.order().identByte());
        identByte(ElfHeader.EI_VERSION, "EI_VERSION", Anomaly.Kind.IDENT_VERSION, 1);
        for (int i = 9; i < 16; i++) {
            if (file.u8(i) != 0) {
                odd.add(Anomaly.Kind.IDENT_PADDING, "e_ident (offset 9)", "padding is not zero");
                break;
            }
        }
        if (!file.holds(0, size)) {
            return;
        }
        if (header.version() != 1) {
            odd.add(
                    Anomaly.Kind.E_VERSION,
                    "e_version (offset 0x14)",
                    "0x" + Long.toHexString(header.version()) + " instead of 1");
        }
        if (header.ehsize() != size) {
            odd.add(
                    Anomaly.Kind.EHSIZE,
                    at("e_ehsize", header.ehsizeOffset()),
                    header.ehsize() + " instead of " + size);
        }
        if (!CpuFamily.of(header.machine()).livesIn(header.width())) {
            odd.add(
                    Anomaly.Kind.MACHINE_CLASS,
                    "e_machine (offset 0x12)",
                    CpuFamily.readelfName(header.machine())
                            + " in a file of class "
                            + header.width());
        }
        if (header.phnum() > 0 && header.phentsize() != header.width().programHeaderBytes()) {
            odd.add(
                    Anomaly.Kind.PHENTSIZE,
                    at("e_phentsize", header.phentsizeOffset()),
                    header.phentsize()
                            + " instead of "
                            + header.width().programHeaderBytes()
                            + ": no loader takes the file");
        }
    }

    private void identByte(int offset, String field, Anomaly.Kind kind, int right) {
        if (file.holds(offset, 1) && file.u8(offset) != right) {
            odd.add(
                    kind,
                    field + " (offset " + offset + ")",
                    file.u8(offset) + " instead of " + right);
        }
    }

    /// A field with its place, as anomalies name it.
    static String at(String field, int offset) {
        return field + " (offset 0x" + Integer.toHexString(offset) + ")";
    }
}
