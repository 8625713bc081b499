package teiten.net;

/// A CIDR block, IPv4 or IPv6: `198.18.0.0/16`, `2001:db8::/32`; a bare address is a block of one.
public record Prefix(IpAddress first, int bits) {
    /// @param bits prefix length within the address's own family (0..32 or 0..128)
    public Prefix {
        int width = first.isV4() ? 32 : 128;
        if (bits < 0 || bits > width) {
            throw new IllegalArgumentException("/" + bits + " is outside 0.." + width);
        }
        first = mask(first, bits);
    }

    /// @throws IllegalArgumentException with one sentence for the user when the text is no prefix
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        int width = address.isV4() ? 32 : 128;
        int bits = width;
        if (slash >= 0) {
            try {
                bits = Integer.parseInt(text.substring(slash + 1));
            } catch (NumberFormatException _) {
                bits = -1;
            }
        }
        if (bits < 0 || bits > width) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no prefix: write it like 198.18.0.0/16");
        }
        return new Prefix(address, bits);
    }

    public boolean contains(IpAddress address) {
        return address.isV4() == first.isV4() && mask(address, bits).equals(first);
    }

    /// How many addresses the block holds; exact up to 2⁵³.
    public double size() {
        return Math.scalb(1.0, (first.isV4() ? 32 : 128) - bits);
    }

    private static IpAddress mask(IpAddress a, int bits) {
        int keep = a.isV4() ? 96 + bits : bits;
        long high = keep >= 64 ? a.high() : keep == 0 ? 0 : a.high() & -1L << (64 - keep);
        long low = keep >= 128 ? a.low() : keep <= 64 ? 0 : a.low() & -1L << (128 - keep);
        return new IpAddress(high, low);
    }

    @Override
    public String toString() {
        return first + "/" + bits;
    }
}
