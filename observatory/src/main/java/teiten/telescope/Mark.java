package teiten.telescope;

/// A scanning tool's fingerprint in a single packet. The ordinal is stored: append only.
public enum Mark {
    /// TCP sequence number equals the destination IPv4 address; chance 2⁻³².
    MIRAI("mirai", 0x1p-32),
    /// `ip_id == (dst_ip ^ dst_port ^ tcp_seq) & 0xFFFF`; chance 2⁻¹⁶.
    MASSCAN("masscan", 0x1p-16),
    /// `ip_id == 54321`, ZMap before 4.1.0; chance 2⁻¹⁶.
    ZMAP("zmap", 0x1p-16),
    /// SYN shape of ZMap since 4.1.0 (2024-03): "consistent with", not proof; other stacks may share the shape.
    ZMAP_4("zmap4", Double.NaN);

    /// Raised whenever a rule's meaning changes; stored beside what was counted under it.
    public static final int RULES_VERSION = 1;

    private final String label;
    private final double chance;

    Mark(String label, double chance) {
        this.label = label;
        this.chance = chance;
    }

    public String label() {
        return label;
    }

    /// Probability that an unrelated packet bears the mark; NaN where the mark is a shape and not a number.
    public double chance() {
        return chance;
    }
}
