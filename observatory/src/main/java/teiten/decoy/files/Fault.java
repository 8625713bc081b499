package teiten.decoy.files;

/// What a file operation of the kernel would have answered, in the words of the C library.
public enum Fault {
    NONE(""),
    NOT_FOUND("No such file or directory"),
    NOT_A_DIRECTORY("Not a directory"),
    IS_A_DIRECTORY("Is a directory"),
    EXISTS("File exists"),
    NOT_EMPTY("Directory not empty"),
    READ_ONLY("Read-only file system"),
    NO_SPACE("No space left on device"),
    DENIED("Permission denied"),
    NOT_PERMITTED("Operation not permitted"),
    LOOP("Too many levels of symbolic links"),
    NAME_TOO_LONG("File name too long"),
    BUSY("Device or resource busy"),
    INVALID("Invalid argument");

    private final String text;

    Fault(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
