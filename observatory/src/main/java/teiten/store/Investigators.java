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
        // Not correlated, or the database first makes the asked rows unique.
        String known = "IN (SELECT (high, low) FROM (" + select(scope, coverage) + ") known)";
        String address = " AND (" + table + ".high, " + table + ".low) ";
        return switch (scope.scanners()) {
            case ALL -> "";
            case WITHOUT -> address + "NOT " + known;
            case ONLY -> address + known;
        };
    }
}
