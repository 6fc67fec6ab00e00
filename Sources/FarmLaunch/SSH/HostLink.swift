import FarmProcess
import Glibc
import Synchronization

/// One ssh that is connected, or about to be: its input kept open, its lines read. Of one thread, but for
/// `wake`.
final class HostLink {
    /// What has happened.
    enum Event {
        case news(HostWords.News)
        /// Something else that was written there: engines' logs, ssh's own words.
        case line(String)
        /// The process has ended: ``end()`` is due.
        case ended
    }

    let pid: Int32
    private var child: ChildProcess?
    private let pidDescriptor: Int32
    private let outputDescriptor: Int32
    private let errorDescriptor: Int32
    private let input: Int32
    private var pending: [UInt8] = []
    private var output = LineBuffer()
    private var errors = LineBuffer()
    private var isOutputOpen = true
    private var areErrorsOpen = true

    /// All that was said has been written.
    var isIdle: Bool { pending.isEmpty }

    /// - Throws: ``LaunchError`` if there is no such program.
    init(_ arguments: [String]) throws(LaunchError) {
        let (reading, writing) = try WakePipe.pipe()
        defer { close(reading) }
        let request = SpawnRequest(
            arguments, environment: .ofThisProcess(), input: .descriptor(reading), output: .capture,
            errors: .capture)
        do throws(SpawnError) {
            let started = try ChildProcess.start(request)
            pid = started.pid
            pidDescriptor = started.pidDescriptor
            outputDescriptor = started.outputDescriptor
            errorDescriptor = started.errorDescriptor
            child = consume started
        } catch {
            close(writing)
            throw LaunchError(.cannotStart, "cannot start \(arguments.first ?? "ssh"): \(error.message)")
        }
        input = writing
        _ = fcntl(input, F_SETFL, O_NONBLOCK)
    }

    deinit { close(input) }

    func send(_ order: HostWords.Order, _ bytes: [UInt8] = []) {
        pending += Array(order.line.utf8) + bytes
        write()
    }

    /// What the pipe does not take at once goes while `wait` waits.
    private func write() {
        while !pending.isEmpty {
            let count = pending.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            // That nobody reads any more is seen by the end of the process.
            if count < 0 && errno != EAGAIN { pending.removeAll() }
            guard count > 0 else { return }
            pending.removeFirst(count)
        }
    }

    func kill() { if child != nil { Glibc.kill(pid, Signals.kill) } }

    /// Waits until something happens, `wake` is readable, or the time is over.
    func wait(orWake wake: Int32, seconds: Double) -> [Event] {
        let isReading = isOutputOpen || areErrorsOpen
        var polled = [
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isOutputOpen ? outputDescriptor : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: areErrorsOpen ? errorDescriptor : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pending.isEmpty ? -1 : input, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: pidDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        poll(&polled, 5, Int32(max(0, seconds) * 1000) + 1)
        if polled[3].revents != 0 { write() }
        var events: [Event] = []
        if polled[1].revents != 0 { isOutputOpen = Self.read(outputDescriptor, &output) }
        if polled[2].revents != 0 { areErrorsOpen = Self.read(errorDescriptor, &errors) }
        while let line = output.next() {
            events.append(HostWords.News(line).map { .news($0) } ?? .line(line))
        }
        while let line = errors.next() { events.append(.line(line)) }
        // What it had written is read first; what has inherited its output may hold it open for longer.
        let hasRead = polled[1].revents != 0 || polled[2].revents != 0
        if polled[4].revents != 0, !isReading || !hasRead { events.append(.ended) }
        return events
    }

    /// How it has ended; waits for it.
    func end() -> ProcessEnding { child.take()?.wait().ending ?? .lost }

    /// False at the end.
    private static func read(_ descriptor: Int32, _ lines: inout LineBuffer) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count > 0 {
                lines.add(buffer[..<count])
                if count < buffer.count { return true }
            } else if count == 0 {
                return false
            } else if errno != EINTR {
                return errno == EAGAIN
            }
        }
    }
}
