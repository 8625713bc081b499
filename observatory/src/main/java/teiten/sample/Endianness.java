package teiten.sample;

/// Byte order, numbered as `EI_DATA` does.
public enum Endianness {
    LITTLE(1),
    BIG(2);

    private final int identByte;

    Endianness(int identByte) {
        this.identByte = identByte;
    }

    /// The value of `e_ident[EI_DATA]`.
    public int identByte() {
        return identByte;
    }

    /// `little` or `big`, as the outputs spell it.
    public String word() {
        return this == LITTLE ? "little" : "big";
    }
}
