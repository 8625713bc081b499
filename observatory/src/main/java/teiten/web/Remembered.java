package teiten.web;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// Answers that stay right until something is stored, by the question's path and query; a screen that is opened again, or by
/// the next visitor, costs nothing.
///
/// Strangers may ask what they like: at most [#MOST] characters are kept, those asked last.
final class Remembered {
    static final int MOST = 8 << 20;

    private final Map<String, String> answers = new LinkedHashMap<>(64, 0.75f, true);
    private long commits = -1;
    private long size;

    /// @param now transactions stored so far
    synchronized @Nullable String find(String question, long now) {
        return now == commits ? answers.get(question) : null;
    }

    /// @param then transactions stored when the answer was begun
    synchronized void keep(String question, long then, String answer) {
        long own = (long) question.length() + answer.length();
        if (then < commits || own > MOST / 4) {
            return;
        }
        if (then > commits) {
            answers.clear();
            size = 0;
            commits = then;
        }
        String before = answers.put(question, answer);
        size += before == null ? own : answer.length() - before.length();
        for (Iterator<Map.Entry<String, String>> oldest = answers.entrySet().iterator();
                size > MOST; ) {
            Map.Entry<String, String> gone = oldest.next();
            size -= (long) gone.getKey().length() + gone.getValue().length();
            oldest.remove();
        }
    }

    synchronized int count() {
        return answers.size();
    }
}
