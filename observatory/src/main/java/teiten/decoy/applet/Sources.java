package teiten.decoy.applet;

import org.jspecify.annotations.Nullable;

import teiten.decoy.files.Fault;
import teiten.decoy.files.SessionFiles;
import teiten.decoy.shell.Call;
import teiten.decoy.shell.Input;
import teiten.decoy.shell.Opening;
import teiten.decoy.shell.Output;

import java.nio.charset.StandardCharsets;

/// How applets open what they are given.
final class Sources {
    /// The most that a text applet reads of one input.
    static final int MOST = 4 << 20;

    private Sources() {}

    /// Opens a file, or standard input for `-`; null after a complaint.
    static @Nullable Input open(Call call, String path) {
        if (path.equals("-")) {
            return call.io().in();
        }
        Opening.Opened opened = Opening.readable(call.shell(), path);
        if (opened.input() == null) {
            call.fail("can't open '" + path + "': " + opened.fault().text());
        }
        return opened.input();
    }

    /// All of a file's bytes, or of standard input; null after a complaint.
    static byte @Nullable [] bytes(Call call, String path) {
        Input input = open(call, path);
        if (input == null) {
            return null;
        }
        byte[] all = input.rest(MOST);
        call.shell().budget().copied(all.length);
        return all;
    }

    static @Nullable String text(Call call, String path) {
        byte[] all = bytes(call, path);
        return all == null ? null : new String(all, StandardCharsets.ISO_8859_1);
    }

    /// Opens a file for writing; null after the applet's own complaint.
    static @Nullable Output create(Call call, String path, boolean append) {
        SessionFiles.Opened opened =
                call.shell().files().open(call.shell().cwd(), path, append, call.shell().now());
        if (opened.fault() != Fault.NONE) {
            call.fail("can't open '" + path + "': " + opened.fault().text());
            return null;
        }
        return Opening.output(call.shell(), opened, call.name());
    }
}
