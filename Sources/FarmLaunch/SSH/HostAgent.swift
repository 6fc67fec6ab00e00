import FarmProcess
import Foundation
import Glibc
import Synchronization

/// The other end of an `ssh` launcher's connection: the process over a host's engines there.
///
/// What it is told comes over standard input and what it tells goes to standard output, as ``HostWords`` says.
public final class HostAgent: Sendable {
    /// When the launcher is gone, what runs has so long to end; then it is stopped and given back.
    private static let orphanSeconds = 60.0
    /// What a launcher gets to say its first word.
    private static let firstWordSeconds = 60.0

    private struct State {
        var lines = LineBuffer()
        var isEnding = false
    }

    private let state = Mutex(State())
    private let output = Mutex(())

    /// An agent on this process's standard input and output.
    public init() {}

    /// Waits for the capability that the launcher sends first.
    /// - Throws: ``LaunchError`` if something else comes, or nothing.
    public func capability() throws(LaunchError) -> [UInt8] {
        let end = Deadline(seconds: Self.firstWordSeconds)
        let wrong = LaunchError(
            .cannotStart,
            "`tasks engine host --over-ssh` is started by a launcher, which tells it over its input what to do"
        )
        var expected: Int?
        while true {
            let found = state.withLock { state -> [UInt8]?? in
                if expected == nil, let line = state.lines.next() {
                    guard case .capability(let count) = HostWords.Order(line) else { return .some(nil) }
                    expected = count
                }
                return expected.flatMap { state.lines.bytes($0) }.map { .some($0) } ?? .none
            }
            switch found {
            case .some(let bytes?): return bytes
            case .some(nil): throw wrong
            case .none: guard read(seconds: end.remaining) == .something else { throw wrong }
            }
        }
    }

    /// Tells the launcher that nothing comes of it.
    public func tellFailure(_ words: String) { tell(.failed(words)) }

    /// Tells the launcher something for its log.
    public func say(_ words: String) { tell(.said(words)) }

    /// Does as the launcher says until all engines have ended.
    ///
    /// - Parameters:
    ///   - program: this program and its version, for the launcher's log.
    ///   - capability: the file that was sent, to be replaced when it is sent again.
    ///   - leaveSeconds: what engines get to leave.
    public func serve(
        _ launcher: any Launcher, program: String, capability: String, leaveSeconds: Int,
        write: @escaping @Sendable ([UInt8], String) -> Void
    ) {
        tell(.ready(version: HostWords.version, program: program))
        let thread = Thread { [self] in
            while obey(launcher, capability, write) {}
            // Nobody is there any more who would see these engines, or end them.
            let hasEnded = state.withLock { $0.isEnding }
            if !hasEnded {
                launcher.stop(now: false)
                if !launcher.waitUntilEnded(seconds: Self.orphanSeconds) { launcher.stop(now: true) }
            }
            if !launcher.waitUntilEnded(seconds: Double(leaveSeconds) + 5) { launcher.kill() }
        }
        thread.name = "launcher's words"
        thread.stackSize = 256 << 10
        thread.start()
        _ = launcher.waitUntilEnded(seconds: nil)
        for unit in launcher.units {
            if case .failed(let why) = unit.state { tell(.failed("\(unit.name) ended: \(why)")) }
        }
    }

    /// Takes what the launcher says next.
    /// - Returns: false when it is gone, or has said to end.
    private func obey(
        _ launcher: any Launcher, _ capability: String, _ write: ([UInt8], String) -> Void
    ) -> Bool {
        guard let line = state.withLock({ $0.lines.next() }) else {
            return read(seconds: HostWords.silenceSeconds) == .something
        }
        switch HostWords.Order(line) {
        case .ping, nil: break
        case .leave: launcher.stop(now: false)
        case .now:
            state.withLock { $0.isEnding = true }
            launcher.stop(now: true)
            return false
        case .kill:
            state.withLock { $0.isEnding = true }
            launcher.kill()
            return false
        case .capability(let count):
            while true {
                if let bytes = state.withLock({ $0.lines.bytes(count) }) {
                    write(bytes, capability)
                    return true
                }
                guard read(seconds: HostWords.silenceSeconds) == .something else { return false }
            }
        }
        return true
    }

    private enum Reading { case something, nothing }

    private func read(seconds: Double) -> Reading {
        var event = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&event, 1, Int32(seconds * 1000) + 1) > 0 else { return .nothing }
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
        guard count > 0 else { return .nothing }
        state.withLock { $0.lines.add(buffer[..<count]) }
        return .something
    }

    private func tell(_ news: HostWords.News) {
        output.withLock { _ in
            var text = news.line
            text.withUTF8 { _ = Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        }
    }
}
