package teiten.decoy.shell;

import java.util.List;

/// Told what a visitor did in a shell; what becomes of it is the door's business. Text is ISO-8859-1, one char a byte.
public interface Witness {
    /// A line as it was typed.
    void command(String line);

    /// A line that ended at a bound.
    void bounded(Budget.Bound bound);

    /// A program was asked to fetch something. Nothing was fetched.
    ///
    /// @param url as a URL, whatever the tool's own notation
    /// @param path where the file would have been written, canonical; empty for standard output
    void download(String tool, String url, String path, List<String> args);

    /// A file that the visitor assembled, at the moment it is run, removed, or left behind.
    ///
    /// @param how the tool that wrote it first, such as `echo` or `dd`
    void captured(String path, String how, byte[] bytes);
}
