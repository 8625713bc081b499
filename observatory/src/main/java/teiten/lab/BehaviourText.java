package teiten.lab;

import teiten.lab.Behaviour.Act;
import teiten.lab.Behaviour.Avoided;
import teiten.lab.Behaviour.Controller;
import teiten.lab.Behaviour.Hidden;
import teiten.lab.Behaviour.Left;
import teiten.lab.Behaviour.Login;
import teiten.lab.Behaviour.Target;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A behaviour as a text to be read, in English or Japanese. Each line says how it is known: from the capture, from the
/// system call trace, from the file itself, or from the warden that watched the bounds. It closes with what the lab
/// could have hidden.
public final class BehaviourText {
    private static final int SHOWN = 20;

    private final boolean japanese;
    private final StringBuilder text = new StringBuilder();

    private BehaviourText(boolean japanese) {
        this.japanese = japanese;
    }

    /// How a line is known.
    private enum Known {
        CAPTURE("capture", "通信記録"),
        TRACE("trace", "呼出記録"),
        FILE("file", "ファイル"),
        WARDEN("warden", "監視");

        private final String english;
        private final String japanese;

        Known(String english, String japanese) {
            this.english = english;
            this.japanese = japanese;
        }
    }

    public static String of(Behaviour one, boolean japanese) {
        BehaviourText report = new BehaviourText(japanese);
        report.write(one);
        return report.text.toString();
    }

    private void write(Behaviour one) {
        text.append(say("Behaviour of ", "検体の動作 ")).append(one.sha256()).append('\n');
        String reading = one.reading().isEmpty() ? "" : " (" + one.reading() + ")";
        line(Known.FILE, say("CPU: ", "CPU: ") + one.cpu() + reading);
        String by = one.emulator().isEmpty() ? "" : ", qemu-" + one.emulator();
        line(
                Known.WARDEN,
                say("ended: ", "終了: ") + one.ended() + by + ", " + one.wallMillis() + " ms");
        for (String limit : one.limits()) {
            line(Known.WARDEN, say("bound reached: ", "上限に到達: ") + limit);
        }
        if (one.queries() > 0) {
            String names = String.join(", ", one.dns().stream().map(Escape::defang).toList());
            line(Known.CAPTURE, say("names asked for (", "名前解決 (") + one.queries() + "): " + names);
        }
        one.controllers().forEach(this::controller);
        one.targets().forEach(this::target);
        spread(one.spread());
        logins(one.logins());
        acts(one.files());
        acts(one.processes());
        one.left().stream().limit(SHOWN).forEach(this::left);
        more(Known.WARDEN, one.left().size());
        boolean nothing =
                one.queries() == 0 && one.controllers().isEmpty() && one.targets().isEmpty();
        if (nothing) {
            line(Known.CAPTURE, say("no traffic was seen", "通信は見られませんでした"));
        }
        text.append(say("What the lab could have hidden:\n", "実験環境のために見えなかった可能性:\n"));
        for (Hidden hidden : one.hidden()) {
            text.append("  - ")
                    .append(japanese ? hidden.japanese() : hidden.english())
                    .append('\n');
        }
    }

    private void controller(Controller one) {
        String name = one.name().isEmpty() ? "" : " (" + Escape.defang(one.name()) + ")";
        String where = Escape.defang(one.address()) + ":" + one.port() + "/TCP" + name;
        line(
                Known.CAPTURE,
                say("controller: ", "指令サーバー: ")
                        + where
                        + say(", after ", "、開始後 ")
                        + one.atMillis()
                        + " ms");
        line(Known.CAPTURE, say("  it says first: ", "  最初の送信: ") + one.firstSent());
        if (!one.firstReceived().isEmpty()) {
            line(
                    Known.CAPTURE,
                    say("  the sinkhole answered: ", "  シンクホールの応答: ") + one.firstReceived());
        }
    }

    private void target(Target one) {
        String service =
                one.service().replaceFirst("(\\w+)/(\\d+)", "$2/$1").toUpperCase(Locale.ROOT);
        String counts =
                japanese
                        ? String.format(
                                Locale.ROOT,
                                "%,d 件、%,d アドレス、毎秒 %.0f 件",
                                one.attempts(),
                                one.addresses(),
                                one.perSecond())
                        : String.format(
                                Locale.ROOT,
                                "%,d attempts, %,d addresses, %.0f a second",
                                one.attempts(),
                                one.addresses(),
                                one.perSecond());
        String mark =
                one.mirai() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                say(", Mirai mark on %.0f %%", "、Mirai の特徴 %.0f %%"),
                                100.0 * one.mirai() / one.attempts());
        boolean search = one.addresses() > 4;
        line(
                Known.CAPTURE,
                (search ? say("searches ", "探索 ") : say("asks ", "接続 "))
                        + service
                        + ": "
                        + counts
                        + mark);
    }

    private void spread(List<Avoided> all) {
        List<String> avoided = new ArrayList<>();
        for (Avoided one : all) {
            if (one.attempts() == 0) {
                avoided.add(String.format(Locale.ROOT, "%s (%.0f)", one.block(), one.expected()));
            }
        }
        if (!avoided.isEmpty()) {
            String blocks = String.join(", ", avoided);
            line(
                    Known.CAPTURE,
                    say(
                                    "addresses avoided (attempts expected of an even search): ",
                                    "避けたアドレス(一様な探索での期待件数): ")
                            + blocks);
        }
    }

    private void logins(List<Login> all) {
        if (!all.isEmpty()) {
            List<String> pairs =
                    all.stream().limit(20).map(l -> l.name() + "/" + l.password()).toList();
            line(
                    Known.CAPTURE,
                    say("Telnet logins tried (", "Telnet ログイン試行 (")
                            + all.size()
                            + "): "
                            + String.join(" ", pairs));
        }
    }

    private void acts(List<Act> all) {
        all.stream().limit(SHOWN).forEach(this::act);
        more(Known.TRACE, all.size());
    }

    private void left(Left one) {
        String facts = one.path() + ", " + one.bytes() + " B, " + one.sha256();
        line(Known.WARDEN, say("left behind: ", "残したファイル: ") + facts);
    }

    /// The JSON form has them all.
    private void more(Known how, int count) {
        if (count > SHOWN) {
            line(
                    how,
                    japanese ? "ほか " + (count - SHOWN) + " 件" : "and " + (count - SHOWN) + " more");
        }
    }

    private void act(Act one) {
        String times = one.times() > 1 ? " ×" + one.times() : "";
        String refused = one.done() ? "" : say(" (refused or failed)", "(拒否または失敗)");
        String object = one.object().isEmpty() ? "" : " " + one.object();
        line(
                Known.TRACE,
                (japanese ? Verbs.japanese(one.what()) : one.what()) + object + times + refused);
    }

    private void line(Known how, String what) {
        text.append("  [")
                .append(japanese ? how.japanese : how.english)
                .append("] ")
                .append(what)
                .append('\n');
    }

    private String say(String english, String inJapanese) {
        return japanese ? inJapanese : english;
    }
}
