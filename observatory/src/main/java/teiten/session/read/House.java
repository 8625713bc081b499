package teiten.session.read;

import teiten.session.Recorder;
import teiten.session.Text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// All open connections of one address in a [TelnetLog], and the words typed there that no login has claimed yet.
final class House {
    /// A connection that is open.
    static final class Caller {
        final House house;
        final int port;
        final String key;
        final Recorder recorder;
        boolean inside;

        Caller(House house, int port, String key, Recorder recorder) {
            this.house = house;
            this.port = port;
            this.key = key;
            this.recorder = recorder;
        }
    }

    final Deque<Caller> callers = new ArrayDeque<>(1);
    final List<Text> words = new ArrayList<>(2);

    boolean has(boolean inside) {
        for (Caller caller : callers) {
            if (caller.inside == inside) {
                return true;
            }
        }
        return false;
    }

    /// The newest that is inside, or is not; the newest of all when there is none.
    Caller newest(boolean inside) {
        Caller best = callers.getLast();
        for (Caller caller : callers) {
            if (caller.inside == inside) {
                best = caller;
            }
        }
        return best;
    }

    /// Words that no login claimed become login tries, the oldest first, until so many are left.
    void leftWords(int left) {
        while (words.size() > left) {
            String user = words.removeFirst().value();
            String password = words.isEmpty() ? "" : words.removeFirst().value();
            newest(false).recorder.loginTry(user, password, false);
        }
    }

    /// Finds the two words among those typed at that address; several connections may have typed in turn.
    boolean claim(Caller caller, String joined) {
        for (int user = 0; user < words.size(); user++) {
            for (int password = user + 1; password < words.size(); password++) {
                String name = words.get(user).value();
                String secret = words.get(password).value();
                if (joined.length() == name.length() + 1 + secret.length()
                        && joined.startsWith(name + "-")
                        && joined.endsWith(secret)) {
                    caller.recorder.loggedIn(name, secret);
                    words.remove(password);
                    words.remove(user);
                    return true;
                }
            }
        }
        return false;
    }
}
