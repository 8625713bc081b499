package teiten.store;

import teiten.net.IpAddress;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The conditions of a question, with what a stranger may have chosen as parameters.
final class SessionWhere {
    private final StringBuilder sql = new StringBuilder();
    private final List<Object> values = new ArrayList<>();

    static SessionWhere of(SessionFilter filter) {
        SessionWhere where = new SessionWhere().scope(filter.scope());
        AttackStep step = filter.step();
        if (step != null) {
            where.and(AttackStep.SQL + " >= " + step.ordinal());
        }
        where.equal("door", filter.door())
                .equal("family", filter.family())
                .equal("fingerprint", filter.fingerprint());
        if (!filter.cpu().isEmpty()) {
            where.and("list_contains(string_split(cpus, ','), ?)", filter.cpu());
        }
        IpAddress source = filter.source();
        if (source != null) {
            where.and("high = ?", source.high()).and("low = ?", source.low());
        }
        if (!filter.text().isEmpty()) {
            where.and("contains(lower(record), lower(?))", filter.text());
        }
        return where;
    }

    SessionWhere scope(Scope scope) {
        return and("began >= ?", SessionWriter.millis(scope.from()))
                .and("began < ?", SessionWriter.millis(scope.to()))
                .sensors(scope.sensors());
    }

    SessionWhere sensors(Set<String> sensors) {
        if (!sensors.isEmpty()) {
            String places = String.join(",", sensors.stream().map(_ -> "?").toList());
            and("sensor IN (" + places + ")", sensors.toArray());
        }
        return this;
    }

    SessionWhere equal(String column, String value) {
        return value.isEmpty() ? this : and(column + " = ?", value);
    }

    SessionWhere and(String condition, Object... parameters) {
        sql.append(sql.isEmpty() ? " WHERE " : " AND ").append(condition);
        values.addAll(List.of(parameters));
        return this;
    }

    PreparedStatement prepare(Connection db, String before, String after) throws SQLException {
        PreparedStatement statement = db.prepareStatement(before + sql + after);
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
        return statement;
    }
}
