package teiten.store;

/// Known investigators as SQL: sources in the operator's lists, and hitters of the asked span and sensors. A hitter whose
/// packets bear Mirai's mark in a tenth or more is an infected device and no investigator.
final class Investigators {
    private Investigators() {}

    /// A SELECT of `high, low`, each once.
    static String select(Scope scope, Coverage coverage) {
        return "SELECT high, low FROM listed_source UNION SELECT high, low FROM hitter WHERE "
                + Rows.sensors(coverage)
                + " AND first < "
                + scope.to().getEpochSecond()
                + " AND last >= "
                + scope.from().getEpochSecond()
                + " AND mirai * 10 < packets";
    }

    /// What a question adds to its condition so that it is about the asked sources; empty for all.
    ///
    /// @param table that has `high` and `low`
    static String condition(Scope scope, Coverage coverage, String table) {
        return switch (scope.scanners()) {
            case ALL -> "";
            case WITHOUT -> " AND NOT EXISTS (" + found(scope, coverage, table);
            case ONLY -> " AND EXISTS (" + found(scope, coverage, table);
        };
    }

    private static String found(Scope scope, Coverage coverage, String table) {
        return "SELECT 1 FROM ("
                + select(scope, coverage)
                + ") known WHERE known.high = "
                + table
                + ".high AND known.low = "
                + table
                + ".low)";
    }
}
