import Dispatch
import FarmProcess
import Foundation
import Glibc
import Synchronization

/// The thread over the engines of one host: an ssh to it, connected again when it breaks.
///
/// There, `tasks engine host` starts the engines and looks after them; see ``HostWords`` for what is said.
final class HostKeeper: UnitKeeper {
    /// What there is to know of a host.
    struct Setup: Sendable {
        /// As ssh is told it.
        var host: String
        /// The unit's name, a part of its engines' names and the name of its log.
        var name: String
        var engineCount: Int
        /// The whole command line of ssh.
        var arguments: [String]
        /// The `tasks` program there, for messages.
        var program: String
        /// The file that lets engines in; read again when it has changed.
        var capability: String
        var log: String
    }

    /// Attempts at a host that cannot be reached come ever later, at most so late.
    private static let longestPauseSeconds = 60.0
    private static let lookSeconds = 2.0
    /// What a host gets to end its engines by force.
    private static let killSeconds = 2.0

    private let setup: Setup
    let record: UnitRecord
    private let wake: WakePipe

    init(_ setup: Setup, _ tell: @escaping @Sendable (LaunchEvent) -> Void) throws(LaunchError) {
        self.setup = setup
        record = UnitRecord(
            LaunchedUnit(name: setup.name, engineCount: setup.engineCount, log: setup.log), tell)
        wake = try WakePipe()
    }

    var threadName: String { "ssh" }

    func stop(_ stop: UnitStop) { if record.take(stop) { wake.signal() } }

    func run() {
        var log = HostLog(path: setup.log)
        var pause = 0.5
        while true {
            let startedAt = MonotonicClock.nanoseconds()
            let (trouble, exitCode) = session(&log)
            guard let trouble else { return record.finish(.left, exitCode: exitCode) }
            guard record.stop == .not else { return record.finish(.left, exitCode: exitCode) }
            let words = "\(setup.name): \(trouble.words)"
            if trouble.isFinal { return record.finish(.failed(words), exitCode: exitCode) }
            record.startIsKnown(LaunchError(.unreachable, words))
            record.waiting(.failing(words))
            if Double(MonotonicClock.nanoseconds() - startedAt) / 1e9 > Self.longestPauseSeconds {
                pause = 0.5
            }
            wake.wait(seconds: pause)
            if record.stop != .not { return record.finish(.left) }
            pause = min(Self.longestPauseSeconds, pause * 2)
            record.change { $0.restarts += 1 }
        }
    }

    /// One connection, from its start to its end.
    /// - Returns: what was wrong; nil if its engines have left.
    private func session(_ log: inout HostLog) -> (trouble: HostTrouble?, exitCode: Int32?) {
        log.forgetLast()
        let link: HostLink
        do throws(LaunchError) { link = try HostLink(setup.arguments) } catch {
            return (HostTrouble(final: error.message), nil)
        }
        var talk = HostTalk(setup, link)
        if !talk.begin() {
            link.kill()
            _ = link.end()
            return (HostTrouble(final: "\(setup.capability) cannot be read"), nil)
        }
        while true {
            let stop = record.stop
            talk.tell(stop)
            if stop == .byForce, talk.sinceForce > Self.killSeconds { link.kill() }
            for event in link.wait(
                orWake: wake.descriptor, seconds: stop == .byForce ? 0.1 : Self.lookSeconds)
            {
                switch event {
                case .line(let line): log.add(line)
                case .news(.said(let words)): record.said(words)
                case .news(.failed(let words)):
                    talk.failure = words
                    record.said("failed: \(words)")
                case .news(.ready(let version, let program)):
                    guard version == HostWords.version else {
                        talk.failure =
                            "its tasks program (\(program)) speaks another version of the words between launcher and host"
                        link.kill()
                        continue
                    }
                    talk.isReady = true
                    record.running(pid: link.pid)
                case .ended:
                    let ending = link.end()
                    return judged(ending, talk, log.last)
                }
            }
            wake.clear()
        }
    }

    private func judged(_ ending: ProcessEnding, _ talk: HostTalk, _ lines: [String]) -> (
        HostTrouble?, Int32?
    ) {
        var code: Int32?
        if case .exited(let number) = ending { code = number }
        if code == 0 { return (nil, 0) }
        if let failure = talk.failure, code != 255 {
            return (HostTrouble(final: failure), code)
        }
        return (
            HostTrouble(
                ending, lines: lines, host: setup.host, program: setup.program, wasReady: talk.isReady), code
        )
    }
}
