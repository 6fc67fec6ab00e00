import FarmTransport
import Glibc

/// One process at a time carries out runs of a schedule: a controller that has started anew starts a second
/// one, which waits here for the first and then finds nothing to do, or goes on where it died.
struct RunLock: ~Copyable {
    private let file: Int32

    /// Waits until the lock is free.
    /// - Throws: `CommandFailure` if it cannot be made.
    init(_ profile: ProfileDirectory, _ name: String) throws {
        let directory = "\(profile.path)/schedules"
        mkdir(directory, 0o700)
        file = open("\(directory)/\(name).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw CommandFailure(
                .refused, "cannot make \(directory)/\(name).lock: \(String(cString: strerror(errno)))")
        }
        while flock(file, LOCK_EX) != 0, errno == EINTR {}
    }

    deinit { close(file) }
}
