import FarmTransport
import Foundation
import Glibc
import Logging
import Synchronization

/// Starts a cluster's controller again when it has died: engines and clients come back to the new one and go on.
enum ControllerKeeper {
    private static let pauseSeconds = 0.1
    /// One that dies soon after each start is started ever later.
    private static let longestWaitSeconds = 30.0
    private static let soonSeconds = 0.5

    /// Controllers that it has started: children of this process that outlive it.
    static let started = Mutex<Set<Int32>>([])

    /// Arguments of `tasks controller` beside the profile. Watches on a thread for as long as the process lives.
    static func start(_ profile: ProfileDirectory, _ arguments: [String], _ logger: Logger) {
        let thread = Thread { watch(profile, arguments, logger) }
        thread.name = "keep-controller"
        thread.start()
    }

    private static func watch(_ profile: ProfileDirectory, _ arguments: [String], _ logger: Logger) {
        var wait = 0.0
        var startedAt = Date.distantPast
        while true {
            Thread.sleep(forTimeInterval: pauseSeconds)
            // One that was stopped leaves no record.
            guard case .stale(let record) = ClusterState(profile) else { continue }
            let lived = Date().timeIntervalSince(startedAt)
            wait = lived > max(soonSeconds, 2 * wait) ? 0 : min(longestWaitSeconds, wait * 2 + 0.05)
            // If it was our child.
            waitpid(record.pid, nil, WNOHANG)
            logger.warning("the controller (pid \(record.pid)) has died; it is started again")
            Thread.sleep(forTimeInterval: wait)
            do {
                let controller = try Daemon.start(
                    ["controller", "--profile", profile.path, "--log", profile.controllerLog] + arguments,
                    log: profile.controllerLog)
                started.withLock { _ = $0.insert(controller.record.pid) }
                let answer = controller.answer()
                startedAt = Date()
                switch answer {
                case .ready: logger.info("the controller runs again, with pid \(controller.record.pid)")
                case .refused(let words): logger.error("the controller does not start: \(words)")
                case .died: logger.error("the controller ended at its start")
                }
            } catch {
                logger.error("the controller cannot be started: \(Farewell.failure(error).message)")
            }
        }
    }
}
