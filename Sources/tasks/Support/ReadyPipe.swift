import Glibc

/// The pipe on which a daemon tells who has started it that it is ready, or why not.
///
/// The daemon writes one line, `ready` or `error WORDS`, and closes it; if it dies before, the pipe ends.
enum ReadyPipe {
    /// Its number in the daemon.
    static let descriptor: Int32 = 3

    /// In the daemon: all is well.
    static func tellReady(_ file: Int32?) { tell(file, "ready") }

    /// In the daemon: it ends, and this is why.
    static func tellError(_ file: Int32?, _ message: String) { tell(file, "error \(message)") }

    private static func tell(_ file: Int32?, _ line: String) {
        guard let file else { return }
        var text = line.split(separator: "\n").joined(separator: " ") + "\n"
        text.withUTF8 { _ = write(file, $0.baseAddress, $0.count) }
        close(file)
    }
}
