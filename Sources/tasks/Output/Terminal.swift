import Glibc

/// What the command writes. No colours, and cursor movement on a terminal only.
enum Terminal {
    static let outputIsTerminal = isatty(1) == 1
    static let errorIsTerminal = isatty(2) == 1

    /// Columns of the terminal that messages go to; 80 if nobody knows.
    static var width: Int { columns(of: 2) }

    /// Columns of the terminal that a descriptor is; 80 if nobody knows.
    static func columns(of file: Int32) -> Int {
        var size = winsize()
        guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes results to standard output. Whoever reads them may go away at any time: then the rest is
    /// dropped.
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    static func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }

    static func write(_ bytes: UnsafeRawBufferPointer) {
        guard !hasFailed, !send(bytes, to: 1) else { return }
        if errno != EPIPE {
            hasFailed = true
            complain("the output cannot be written: \(String(cString: strerror(errno)))")
        }
        if endsWithReader { Farewell.end(.succeeded) }
    }

    /// Something of the output is missing, and not because nobody reads it.
    private(set) nonisolated(unsafe) static var hasFailed = false

    /// Whether a command that nobody reads any more ends. Not for one that has a farm to take down.
    nonisolated(unsafe) static var endsWithReader = true

    /// A line to standard error; commands that it names are for the farm that was chosen.
    static func say(_ line: String) { quote(Hint.completed(line)) }

    /// A line of somebody else's, as it is.
    static func quote(_ line: String) {
        Progress.clear()
        var text = line + "\n"
        _ = text.withUTF8 { send(UnsafeRawBufferPointer($0), to: 2) }
    }

    /// A line that says what went wrong.
    static func complain(_ message: String) { say("tasks: \(message)") }

    /// Raw text to standard error, for progress.
    static func draw(_ text: String) {
        var text = text
        _ = text.withUTF8 { send(UnsafeRawBufferPointer($0), to: 2) }
    }

    private static func send(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(file, rest.baseAddress, rest.count)
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if errno == EAGAIN {
                var event = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                poll(&event, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
