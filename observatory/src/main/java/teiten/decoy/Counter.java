package teiten.decoy;

import java.util.Locale;

/// Everything that the doors count. What is refused or cut short is always one of these, so that the counters add up:
/// every accepted connection ends as exactly one of the `CLOSED_…` counts.
public enum Counter {
    ACCEPTED,
    /// Not let in: as many sessions as this process may hold are open.
    REFUSED_TOTAL,
    /// Not let in: this source holds as many sessions as one source may.
    REFUSED_SOURCE,
    /// Not let in: the PROXY header that the operator asked for was missing or wrong.
    REFUSED_PROXY,
    CLOSED_BY_VISITOR,
    CLOSED_BY_LOGOUT,
    CLOSED_LOGIN_FAILED,
    CLOSED_IDLE,
    CLOSED_TOO_LONG,
    /// The visitor sent more than a session may.
    CLOSED_INPUT,
    /// The session's work or output came to its bound.
    CLOSED_SPENT,
    /// The decoy was shut down.
    CLOSED_SHUTDOWN,
    LOGINS,
    LOGIN_FAILURES,
    COMMANDS,
    DOWNLOADS,
    FILES_CAPTURED,
    FILES_TOO_LARGE,
    FILES_TOO_MANY,
    LINES_TOO_LONG,
    TELNET_OPTIONS,
    TELNET_OPTIONS_TOO_LONG,
    BOUND_STEPS,
    BOUND_DEPTH,
    BOUND_TIME,
    BOUND_COPIED,
    BOUND_SHOWN,
    BOUND_SESSION,
    DISK_FULL,
    REQUESTS,
    REQUESTS_TOO_LONG,
    REQUESTS_MALFORMED,
    DATAGRAMS,
    DATAGRAMS_UNANSWERED,
    DATAGRAMS_RATE_LIMITED,
    SOURCES_OVERFLOW,
    /// Events that a session was not allowed to write any more.
    EVENTS_OVER_BOUND,
    /// Events that could not be written to the disk.
    EVENTS_LOST,
    /// Captured bytes that were not kept because the directory is full; the hash is kept.
    FILES_NOT_KEPT,
    /// Faults of our own: always zero, or there is something to report.
    FAULTS;

    /// Why a conversation ended, in the word that its last event carries.
    public String reason() {
        return switch (this) {
            case CLOSED_BY_VISITOR -> "closed";
            case CLOSED_BY_LOGOUT -> "logout";
            case CLOSED_LOGIN_FAILED -> "login-failed";
            case CLOSED_IDLE -> "timeout";
            case CLOSED_SHUTDOWN -> "shutdown";
            default -> "limit";
        };
    }

    /// The lower-case word in reports.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
