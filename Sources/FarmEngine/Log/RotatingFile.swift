import Glibc
import Synchronization

/// A log file that is moved aside when it is full: `x.log`, then `x.log.1` and so on, the oldest dropped.
///
/// Each line is one write in append mode, so several processes may share the file; each looks now and then
/// whether another has moved it. A line that cannot be written is lost: a log must not stop the work.
public final class RotatingFile: Sendable {
    private struct State {
        var descriptor: Int32 = -1
        var bytes = 0
        var linesSinceLook = 0
    }

    /// Where it is.
    public let path: String
    private let limitBytes: Int
    private let files: Int
    private let state = Mutex(State())

    /// Opens the file, or makes it, readable by its owner only; its directory must be there.
    ///
    /// - Parameters:
    ///   - limitBytes: a file is moved aside before it gets larger than this.
    ///   - files: how many there are at most, the present one included.
    /// - Throws: ``EngineError`` with code `cannotStart`.
    public init(path: String, limitBytes: Int = 10 << 20, files: Int = 3) throws(EngineError) {
        self.path = path
        self.limitBytes = max(1, limitBytes)
        self.files = max(1, files)
        let problem = state.withLock { Self.open(path, &$0) ? 0 : errno }
        guard problem == 0 else {
            throw EngineError(
                .cannotStart,
                "cannot write the log \(path): \(String(cString: strerror(problem))); name another with --log"
            )
        }
    }

    deinit {
        state.withLock { state in
            if state.descriptor >= 0 { close(state.descriptor) }
        }
    }

    /// Appends a line; the newline is added.
    public func write(_ line: String) {
        var bytes = Array(line.utf8)
        bytes.append(UInt8(ascii: "\n"))
        state.withLock { state in
            state.linesSinceLook += 1
            if state.linesSinceLook >= 64 { lookAgain(&state) }
            if state.bytes > 0, state.bytes + bytes.count > limitBytes { rotate(&state) }
            guard state.descriptor >= 0 || Self.open(path, &state) else { return }
            let count = bytes.withUnsafeBytes { Glibc.write(state.descriptor, $0.baseAddress, $0.count) }
            if count > 0 { state.bytes += count }
        }
    }

    private func rotate(_ state: inout State) {
        lookAgain(&state)
        guard state.bytes > 0 else { return }
        for number in stride(from: files - 1, through: 1, by: -1) {
            rename(number == 1 ? path : "\(path).\(number - 1)", "\(path).\(number)")
        }
        if files == 1 { unlink(path) }
        close(state.descriptor)
        state.descriptor = -1
        _ = Self.open(path, &state)
    }

    /// Another process may have moved the file, or appended to it.
    private func lookAgain(_ state: inout State) {
        state.linesSinceLook = 0
        guard state.descriptor >= 0 else { return }
        var own = stat()
        var named = stat()
        if fstat(state.descriptor, &own) == 0, stat(path, &named) == 0, own.st_ino == named.st_ino,
            own.st_dev == named.st_dev
        {
            state.bytes = Int(own.st_size)
            return
        }
        close(state.descriptor)
        state.descriptor = -1
        _ = Self.open(path, &state)
    }

    private static func open(_ path: String, _ state: inout State) -> Bool {
        state.descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        state.bytes = 0
        guard state.descriptor >= 0 else { return false }
        var status = stat()
        if fstat(state.descriptor, &status) == 0 { state.bytes = Int(status.st_size) }
        return true
    }
}
