package teiten.simulate;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.net.Prefix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// Writes a scenario's captures with the truth beside them.
///
/// **How.** Hour by hour each [Sender] plans its visits; an [Agenda] puts their packets in order of time; each packet is
/// drawn as bytes, counted by its sensor's [Ledger] and written. Senders see all sensors as one set of addresses, as the
/// Internet does, so the same sources appear at each. Memory grows with the packets of one hour and with the different
/// (source, port) pairs.
public final class Simulation {
    private Simulation() {}

    /// Writes `NAME.pcap` and `NAME.truth.json` for each monitored prefix; NAME is the scenario's label, followed by
    /// `-1`, `-2`, … when there are several. A capture appears under its name when it is whole, over an older one.
    ///
    /// @param directory is created when it is missing
    /// @return one truth a sensor, in the order of the prefixes
    /// @throws OperatorMistake when the directory cannot be written
    public static List<Truth> write(Scenario scenario, Settings settings, Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
        Script script = Script.of(scenario);
        List<Sensor> sensors = new ArrayList<>();
        try {
            for (int i = 0; i < settings.prefixes().size(); i++) {
                String name = scenario.label();
                if (settings.prefixes().size() > 1) {
                    name += "-" + (i + 1);
                }
                sensors.add(new Sensor(name, i, scenario, settings, script, directory));
            }
            run(settings, script, sensors);
            List<Truth> truths = new ArrayList<>();
            for (Sensor sensor : sensors) {
                truths.add(sensor.publish());
            }
            return List.copyOf(truths);
        } catch (UncheckedIOException | IOException e) {
            throw unwritable(directory, e);
        } finally {
            sensors.forEach(Sensor::discard);
        }
    }

    private static OperatorMistake unwritable(Path directory, Exception e) {
        String sentence =
                "the directory "
                        + directory
                        + " cannot be written ("
                        + reason(e)
                        + "); name another one with -o";
        return new OperatorMistake(sentence, e);
    }

    private static String reason(@Nullable Throwable e) {
        return switch (e) {
            case null -> "no reason was given";
            case UncheckedIOException wrapped -> reason(wrapped.getCause());
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "a file of that name is in the way";
            case NoSuchFileException _ -> "it does not exist and cannot be made";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    private static void run(Settings settings, Script script, List<Sensor> sensors) {
        List<Sender> senders = script.senders();
        int targets = 0;
        for (Prefix prefix : settings.prefixes()) {
            targets += (int) prefix.size();
        }
        Agenda agenda = new Agenda();
        Plan plan =
                new Plan(
                        settings.seed(),
                        settings.days(),
                        targets,
                        new Addresses(settings.prefixes()),
                        new Dice(Dice.mix(settings.seed())),
                        agenda);
        double shares = senders.stream().mapToDouble(Sender::share).sum();
        for (int i = 0; i < senders.size(); i++) {
            Sender sender = senders.get(i);
            sender.prepare(plan, i, settings.packets() * sender.share() / shares);
        }
        // Planning and drawing have dice of their own, so that a changed shape does not change who
        // calls when.
        Dice dice = new Dice(Dice.mix(~settings.seed()));
        Frame frame = new Frame();
        Agenda.Desk desk =
                (index, time, row) -> {
                    int at = 0;
                    int host = row.target;
                    while (host >= sensors.get(at).size) {
                        host -= sensors.get(at).size;
                        at++;
                    }
                    Sensor sensor = sensors.get(at);
                    if (sensor.isDown(time)) {
                        return;
                    }
                    row.target = sensor.first + host;
                    senders.get(index).write(row, dice, frame);
                    sensor.record(frame, index, time);
                };
        for (int hour = 0; hour < plan.hours(); hour++) {
            for (Sender sender : senders) {
                sender.plan(plan, hour);
            }
            agenda.release(hour * Plan.HOUR, (hour + 1) * Plan.HOUR, desk);
        }
    }

    /// Midnight UTC at which the capture begins, in seconds since 1970.
    static long startSecond(Settings settings) {
        return settings.start().atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    }
}
