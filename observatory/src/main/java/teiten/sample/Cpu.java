package teiten.sample;

/// The CPU for which a file was built, as its header, flags and attributes tell.
///
/// @param family by `e_machine`; `UNKNOWN` where it is unreadable or no Linux port has it
/// @param width class of the reading that holds, which the file may deny (see [ElfFacts#headerLies])
/// @param order byte order of the reading that holds
/// @param machine `e_machine` as read
/// @param flags `e_flags`, unsigned 32 bits
/// @param isa instruction set in readelf's words, such as `mips32r2`, `v5TE`, `at least sh4a`
/// @param floatAbi `hard`, `soft`, or unknown
/// @param abi calling convention, such as `o32`, `n32`, `n64`, `EABI5`, `ELFv2`, `x32`
/// @param be8 ARM only: big-endian data with little-endian code
public record Cpu(
        CpuFamily family,
        ElfClass width,
        Endianness order,
        int machine,
        long flags,
        Fact isa,
        Fact floatAbi,
        Fact abi,
        boolean be8) {}
