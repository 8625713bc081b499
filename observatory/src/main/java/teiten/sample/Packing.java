package teiten.sample;

import java.util.List;

/// Whether a file unpacks itself, as signals that need no intact magic. A signal, never a verdict.
///
/// @param answer `yes` or `no`, unknown for a file whose segments cannot be read
/// @param packer such as `UPX`, or `packed, header altered`; empty when not packed
/// @param originalBytes size of the unpacked file as the packer's own header says it, or -1
/// @param evidence the signals that were seen, each with its offset
public record Packing(Fact answer, String packer, long originalBytes, List<String> evidence) {}
