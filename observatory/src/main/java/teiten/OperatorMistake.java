package teiten;

/// Something the person at the keyboard can put right. Its message is one clear sentence that names the file, the
/// offset or the field, and the remedy; it is printed without a stack trace and the command ends with status 2.
///
/// Hostile input is never this: it is a counted outcome. A fault of our own is any other exception.
public class OperatorMistake extends RuntimeException {
    private static final long serialVersionUID = 1;

    public OperatorMistake(String sentence) {
        super(sentence, null, false, false);
    }

    public OperatorMistake(String sentence, Throwable cause) {
        super(sentence, cause, false, false);
    }
}
