package teiten.lab;

/// The acts of the trace in Japanese; a system call's own name stays as it is.
final class Verbs {
    private Verbs() {}

    static String japanese(String act) {
        return switch (act) {
            case "deletes itself" -> "自身を削除";
            case "deletes" -> "削除";
            case "renames" -> "改名";
            case "links" -> "リンク";
            case "makes the folder" -> "フォルダー作成";
            case "changes the mode of" -> "モード変更";
            case "writes" -> "書き込み";
            case "starts" -> "起動";
            case "names itself" -> "プロセス名を変更";
            case "kills" -> "終了させる";
            case "crashes" -> "異常終了";
            case "uses a closed door to the kernel" -> "閉じたカーネル入口を使用";
            case "opens the watchdog" -> "ウォッチドッグを開く";
            case "commands the watchdog" -> "ウォッチドッグを操作";
            case "looks through all processes" -> "全プロセスを調べる";
            case "looks at other processes" -> "他のプロセスを調べる";
            case "leaves its terminal (setsid)" -> "端末から離れる (setsid)";
            case "listens on" -> "待ち受け";
            case "opens a raw socket" -> "RAW ソケットを開く";
            case "tries a socket" -> "ソケットを試みる";
            case "forks" -> "子プロセスを作る";
            default -> act.startsWith("tries ") ? act.substring(6) + " を試みる" : act;
        };
    }
}
