import FarmTransport
import Glibc
import TaskFarm

/// A controller that runs on this machine and does not answer.
struct SilentController {
    private let record: ProcessRecord
    private let directory: ProfileDirectory
    /// By a signal, as Ctrl-Z sends it: then nothing of it moves, and its ledger neither.
    let isStopped: Bool

    /// Nil if none runs here.
    init?(_ directory: ProfileDirectory) {
        guard case .running(let record) = ClusterState(directory) else { return nil }
        self.record = record
        self.directory = directory
        isStopped = record.isStopped
    }

    /// What is wrong, without what to do.
    var words: String {
        isStopped
            ? "the controller (pid \(record.pid)) does not answer\(directory.lastBeat): it is stopped (`kill -CONT \(record.pid)` lets it go on)"
            : "the controller (pid \(record.pid)) does not answer, though it runs"
    }

    /// For commands that need an answer.
    var failure: CommandFailure {
        CommandFailure(
            .noController,
            isStopped
                ? "\(words); `tasks cluster stop --now` ends it by force, and nothing recorded is lost"
                : "\(words): it starts, or has too much to do; try again, see \(directory.controllerLog), or end it with "
                    + "`tasks cluster stop --now`, by which nothing recorded is lost")
    }
}

extension ProfileDirectory {
    /// ` since …`, for messages: the lock's time is set every few seconds, and at a clean end.
    var lastBeat: String {
        var status = stat()
        guard stat(lockPath, &status) == 0 else { return "" }
        return " since \(Moment.local(Instant(nanoseconds: .seconds(Int64(status.st_mtim.tv_sec)))))"
    }
}
