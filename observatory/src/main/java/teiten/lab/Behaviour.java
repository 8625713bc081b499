package teiten.lab;

import teiten.sample.ElfClass;
import teiten.sample.ElfFacts;

import java.util.List;

/// What one run of one sample showed, each part with the way it is known.
///
/// @param sha256 the sample's name, in lower-case hex
/// @param cpu the CPU family that was read from the file, such as `MIPS`
/// @param reading byte order and width that were read, such as `little-endian, 32-bit`
/// @param emulator qemu's name of the CPU, or empty where nothing ran
/// @param ended `exit N`, `signal N`, or the bound that ended it: `time`, `flood`, `memory`, `output`, `trace`,
///     `capture`; `not run: …` with the reason where nothing ran
/// @param wallMillis from the launcher's start to the end, in milliseconds
/// @param dns names asked for, in order
/// @param queries DNS queries sent
/// @param targets searches, the busiest first
/// @param spread which kinds of address space were asked or left out
/// @param limits bounds that were reached, and what the capture missed
/// @param hidden what the lab could have hidden, specific to this run
public record Behaviour(
        String sha256,
        String cpu,
        String reading,
        String emulator,
        String ended,
        long wallMillis,
        List<String> dns,
        long queries,
        List<Controller> controllers,
        List<Target> targets,
        List<Avoided> spread,
        List<Login> logins,
        List<Act> files,
        List<Act> processes,
        List<Left> left,
        List<String> limits,
        List<Hidden> hidden) {

    /// A TCP peer that the sample holds a conversation with, rather than searching for it.
    ///
    /// @param address not defanged; what is shown and exported is
    /// @param name the name that was resolved to it, or empty
    /// @param firstSent the first bytes the sample sent, escaped, at most 160
    /// @param firstReceived the sinkhole's first bytes, escaped
    /// @param atMillis since the sample's start
    public record Controller(
            String address,
            int port,
            String name,
            String firstSent,
            String firstReceived,
            long atMillis) {}

    /// One port that was searched.
    ///
    /// @param service `tcp/23`
    /// @param attempts connections begun, or datagrams
    /// @param addresses distinct addresses
    /// @param mirai of the attempts, those whose sequence number is the address asked (the Mirai mark)
    /// @param perSecond attempts a second; 0 where all came at once
    /// @param atMillis of the first attempt, since the sample's start
    /// @param untilMillis of the last one
    public record Target(
            String service,
            long attempts,
            int addresses,
            long mirai,
            double perSecond,
            long atMillis,
            long untilMillis) {}

    /// A block of address space and how the search treated it.
    ///
    /// @param expected attempts to be expected of a search that asks everybody alike
    public record Avoided(String block, long attempts, double expected) {}

    /// A Telnet login that was tried against the sinkhole's prompt.
    public record Login(String name, String password) {}

    /// An act seen in the system call trace.
    ///
    /// @param done whether the kernel let it happen
    public record Act(String what, String object, boolean done, int times, long atMillis) {}

    /// A file in the sample's `/tmp` at the end.
    public record Left(String path, long bytes, String sha256) {}

    /// Reasons why a behaviour may not have shown, each with its sentence in both languages.
    public enum Hidden {
        RECOGNISABLE(
                "The lab is recognisable from inside (emulator, empty root, answers from every"
                    + " address): a program may have chosen to do nothing. No behaviour seen is no"
                    + " proof.",
                "内側から実験環境と見抜けます(エミュレータ、空のルート、全アドレスからの応答)。何もしないことを選んだ可能性があります。"
                        + "「見えなかった」は「しない」の証明ではありません。"),
        TIME(
                "The run was cut off by its time bound: what comes later was not seen.",
                "時間の上限で打ち切りました。その後の動作は見ていません。"),
        NO_REAL_CONTROLLER(
                "No real controller answered: orders, downloads and attacks on command cannot"
                        + " show.",
                "本物の指令サーバーは応答していません。命令・追加取得・指示による攻撃は現れません。"),
        NO_SHELL(
                "There is no shell, no BusyBox and no library inside: commands handed to them"
                        + " fail.",
                "内部にシェル・BusyBox・ライブラリはありません。それらに渡した命令は失敗します。"),
        LOADER(
                "The program is dynamically linked and its loader is not inside: it could not"
                        + " start.",
                "動的リンクのプログラムで、ローダーが内部にないため開始できませんでした。"),
        MEMORY_ONLY(
                "What a process does in its own memory, such as overwriting its argument list, is"
                        + " not in a system call trace.",
                "引数の書き換えなど、自分のメモリ内だけの動作はシステムコール記録に残りません。"),
        SECOND_STAGE(
                "This kernel has no binfmt_misc of its own per namespace (6.7 or later has):"
                        + " dropped files of the same CPU could not be started.",
                "このカーネルには名前空間ごとの binfmt_misc がありません(6.7 以降)。落とした同じ CPU のファイルは起動できません。"),
        CAPTURE_INCOMPLETE(
                "The capture missed packets: counts of traffic are lower bounds.",
                "パケットの取りこぼしがありました。通信の件数は下限です。"),
        CUT_TABLES(
                "More happened than the report's tables hold: the lists are cut, the counts are"
                        + " lower bounds.",
                "表の上限を超える動作がありました。一覧は途中まで、件数は下限です。");

        private final String english;
        private final String japanese;

        Hidden(String english, String japanese) {
            this.english = english;
            this.japanese = japanese;
        }

        public String english() {
            return english;
        }

        public String japanese() {
            return japanese;
        }
    }

    /// Byte order and width in words, from what was read.
    static String reading(ElfFacts facts) {
        int bits = facts.cpu().width() == ElfClass.ELF64 ? 64 : 32;
        return facts.cpu().order().word()
                + "-endian, "
                + bits
                + "-bit"
                + (facts.headerLies() ? ", header lies" : "");
    }
}
