package teiten.store;

/// The width of a series' buckets. Days begin at midnight of the zone that was asked for.
public enum Step {
    MINUTE,
    HOUR,
    DAY
}
