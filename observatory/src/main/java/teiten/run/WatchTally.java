package teiten.run;

import teiten.store.Watching.Loss;

import java.util.ArrayList;
import java.util.List;

/// What one watched source came to since watching began.
///
/// @param packets captured and stored
/// @param outcomes by [teiten.telescope.Outcome] ordinal
/// @param kernel packets lost in the kernel's ring; always 0 of a directory, where whoever wrote the files lost them
/// @param device packets lost by the card or its driver
/// @param ours packets captured but not stored
public record WatchTally(
        String source,
        String sensor,
        long packets,
        List<Long> outcomes,
        long kernel,
        long device,
        long ours) {

    WatchTally plus(long more, long[] fresh, List<Loss> losses) {
        List<Long> sum = new ArrayList<>();
        for (int i = 0; i < Math.max(fresh.length, outcomes.size()); i++) {
            sum.add(
                    (i < outcomes.size() ? outcomes.get(i) : 0)
                            + (i < fresh.length ? fresh[i] : 0));
        }
        return new WatchTally(
                source,
                sensor,
                packets + more,
                List.copyOf(sum),
                kernel + losses.stream().mapToLong(Loss::kernel).sum(),
                device + losses.stream().mapToLong(Loss::device).sum(),
                ours + losses.stream().mapToLong(Loss::ours).sum());
    }
}
