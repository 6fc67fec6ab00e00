internal import Glibc

/// A short command of another system, run to its end: `sbatch`, `squeue`, `qstat`.
public enum ShortCommand {
    /// What it came to.
    public struct Answer: Sendable {
        /// Its exit code; -1 if a signal ended it.
        public var code: Int32
        /// What it wrote to standard output, a megabyte at most: more is no answer of such programs.
        public var output: String
        /// The same of standard error.
        public var errors: String

        /// An answer.
        public init(code: Int32, output: String, errors: String) {
            self.code = code
            self.output = output
            self.errors = errors
        }
    }

    /// Runs it with this process's environment and no input. Blocks the calling thread.
    ///
    /// - Parameter seconds: what it may take; then it is killed.
    /// - Returns: nil if it has not ended in time.
    /// - Throws: `SpawnError` if there is no such program, or none can be started.
    public static func run(_ arguments: [String], seconds: Double) throws(SpawnError) -> Answer? {
        let child = try ChildProcess.start(
            SpawnRequest(arguments, environment: .ofThisProcess(), input: .null))
        let end = MonotonicClock.nanoseconds() + UInt64(max(0, seconds) * 1e9)
        var streams: [(descriptor: Int32, bytes: [UInt8], isOpen: Bool)] = [
            (child.outputDescriptor, [], true), (child.errorDescriptor, [], true),
        ]
        var hasEnded = false
        while !hasEnded || streams.contains(where: \.isOpen) {
            let now = MonotonicClock.nanoseconds()
            guard now < end else { break }
            var polled = streams.map {
                pollfd(fd: $0.isOpen ? $0.descriptor : -1, events: Int16(POLLIN), revents: 0)
            }
            polled.append(pollfd(fd: hasEnded ? -1 : child.pidDescriptor, events: Int16(POLLIN), revents: 0))
            let wait = Int32(clamping: (end - now) / 1_000_000 + 1)
            let count = poll(&polled, nfds_t(polled.count), hasEnded ? 0 : wait)
            for index in streams.indices where polled[index].revents != 0 {
                streams[index].isOpen = read(streams[index].descriptor, &streams[index].bytes)
            }
            if polled[2].revents != 0 { hasEnded = true }
            // A daemon that it has left may hold its output open.
            if hasEnded, count == 0 { break }
        }
        guard hasEnded else {
            child.signalGroup(Signals.kill)
            _ = child.wait()
            return nil
        }
        let texts = streams.map { String(decoding: $0.bytes, as: UTF8.self) }
        guard case .exited(let code) = child.wait().ending else {
            return Answer(code: -1, output: texts[0], errors: texts[1])
        }
        return Answer(code: code, output: texts[0], errors: texts[1])
    }

    /// False at the end.
    private static func read(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0, bytes.count < 1 << 20 { bytes += buffer[..<count] }
        return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN))
    }
}
