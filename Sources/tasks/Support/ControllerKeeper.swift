import FarmTransport
import Foundation
import Glibc
import Logging
import Synchronization

/// Starts a cluster's controller again when it has died: engines and clients come back to the new one and
/// go on.
enum ControllerKeeper {
    private static let pauseSeconds = 0.1
    /// One that dies soon after each start is started ever later.
    private static let longestWaitSeconds = 1.0
    private static let soonSeconds = 0.5

    private struct State {
        var started: Set<Int32> = []
        var isEnding = false
    }

    private static let state = Mutex(State())
    private static let starting = Mutex(())

    /// Controllers that it has started: children of this process that outlive it.
    static var started: Set<Int32> { state.withLock { $0.started } }

    /// From now on none is started: the cluster ends.
    static func end() { state.withLock { $0.isEnding = true } }

    /// Waits until one that is being started stands, so that whoever ends the cluster finds it.
    static func finish() {
        end()
        starting.withLock { _ in }
    }

    /// Arguments of `tasks controller` beside the profile. Watches on a thread for as long as the process
    /// lives.
    static func start(
        _ profile: ProfileDirectory, _ arguments: [String], _ notes: KeeperNotes, _ logger: Logger
    ) {
        _ = OwnProgram.file  // Now, before the file can be replaced.
        let thread = Thread { watch(profile, arguments, notes, logger) }
        thread.name = "keep-controller"
        thread.start()
    }

    private static func watch(
        _ profile: ProfileDirectory, _ arguments: [String], _ notes: KeeperNotes, _ logger: Logger
    ) {
        var wait = 0.0
        var startedAt = Date.distantPast
        // One that could not start, as with a full disk, is tried again.
        var hasFailed = false
        while !state.withLock({ $0.isEnding }) {
            Thread.sleep(forTimeInterval: pauseSeconds)
            guard notes.isOwn else {
                logger.critical(
                    "profile \(profile) was moved, removed or replaced, or has another keeper: this one ends, with its engines"
                )
                kill(getpid(), SIGTERM)
                return
            }
            switch ClusterState(profile) {
            case .stale(let record):
                // If it was our child.
                waitpid(record.pid, nil, WNOHANG)
                logger.warning("the controller (pid \(record.pid)) has died; it is started again")
            case .stopped where hasFailed: break
            // One that was stopped leaves no record.
            case .stopped, .elsewhere: continue
            case .running:
                // Somebody else may have started it.
                if hasFailed { notes.refusal(nil) }
                hasFailed = false
                continue
            }
            let lived = hasFailed ? 0 : Date().timeIntervalSince(startedAt)
            wait = lived > max(soonSeconds, 2 * wait) ? 0 : min(longestWaitSeconds, wait * 2 + 0.05)
            Thread.sleep(forTimeInterval: wait)
            hasFailed = starting.withLock { _ in !startController(profile, arguments, notes, logger) }
            startedAt = Date()
        }
    }

    /// Whether it runs.
    private static func startController(
        _ profile: ProfileDirectory, _ arguments: [String], _ notes: KeeperNotes, _ logger: Logger
    ) -> Bool {
        let controller: Daemon?
        do {
            controller = try state.withLock { state in
                guard !state.isEnding else { return nil }
                let controller = try Daemon.start(
                    ["controller", "--profile", profile.path, "--log", profile.controllerLog] + arguments,
                    log: profile.controllerLog, program: OwnProgram.newest)
                state.started.insert(controller.record.pid)
                return controller
            }
        } catch {
            let words = Farewell.failure(error).message
            logger.error("the controller cannot be started: \(words)")
            notes.refusal(words)
            return false
        }
        guard let controller else { return false }
        switch controller.answer() {
        case .ready:
            logger.info("the controller runs again, with pid \(controller.record.pid)")
            notes.refusal(nil)
            return true
        case .refused(let words):
            logger.error("the controller does not start: \(words)")
            notes.refusal(words)
        case .died:
            logger.error("the controller ended at its start")
            notes.refusal("it ended at its start; see \(profile.controllerLog)")
        }
        waitpid(controller.record.pid, nil, WNOHANG)
        return false
    }
}
