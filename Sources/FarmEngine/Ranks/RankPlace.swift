import FarmProcess
import FarmTransport
import Glibc

/// Where the processes over the ranks of one command tell of them, on one host.
///
/// Ranks of one host are started on the engine's own, and use its scratch directory. Those of several find
/// the directory of theirs by its name, which is made of what all hosts know.
struct RankPlace {
    /// Where the first seat's is; of others the seat's number is added.
    let base: String
    /// Which of the task's hosts this is, from 0.
    let seat: Int

    var directory: String { Self.directory(base, seat: seat) }

    /// In the engine's own directory.
    init(directory: String) { (base, seat) = (directory, 0) }

    /// On one of several hosts.
    init(farm: String, name: DispatchName, seat: Int) {
        // Attempts have names of their own within a farm only.
        let attempt = "\(name.task)-\(name.attempt)-\(name.epoch)"
        base = "\(Self.parent)/\(farm)-\(attempt)"
        self.seat = seat
    }

    static func directory(_ base: String, seat: Int) -> String { seat == 0 ? base : "\(base).\(seat)" }

    /// The same on every host, whatever its variables say.
    private static var parent: String { "/tmp/tasks-ranks-\(geteuid())" }

    /// Makes the directory, for this user alone.
    /// - Throws: ``EngineError``, code `cannotStart`.
    func make() throws(EngineError) {
        if base.hasPrefix(Self.parent) {
            mkdir(Self.parent, 0o700)
            // Anybody may have made it in a shared directory.
            guard Self.isOwn(Self.parent) else {
                throw EngineError(
                    .cannotStart,
                    "\(Self.parent) is not a directory that this user alone can use; remove it")
            }
        }
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST && Self.isOwn(directory) else {
            throw EngineError(
                .cannotStart, "cannot make the directory \(directory): \(String(cString: strerror(errno)))")
        }
    }

    /// Whether it is a directory of this user's that nobody else can change.
    static func isOwn(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
            && status.st_mode & 0o077 == 0
    }
}
