import FarmTransport
import Glibc

/// One process at a time carries out runs of a schedule: a controller that has started anew after it was
/// killed starts a second one, which waits here for the first and then finds nothing to do, or goes on where
/// it died. The file is there only while it is held, or waited for.
///
/// A POSIX lock of the whole file: the kernel knows whose it is, and drops it with that process.
struct RunLock: ~Copyable {
    private let path: String
    private let file: Int32

    /// Waits until the lock is free.
    /// - Throws: `CommandFailure` if it cannot be made.
    init(_ profile: ProfileDirectory, _ name: String) throws {
        mkdir("\(profile.path)/schedules", 0o700)
        path = Self.path(profile, name)
        while true {
            let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard opened >= 0 else { throw Self.failure("make", path) }
            var lock = Self.whole
            while fcntl(opened, F_SETLKW, &lock) != 0 {
                guard errno == EINTR else { throw Self.failure("lock", path) }
            }
            // Whoever held it has removed the file; another may have made it anew.
            var status = stat()
            if fstat(opened, &status) == 0, status.st_nlink > 0 {
                file = opened
                return
            }
            close(opened)
        }
    }

    deinit {
        unlink(path)
        close(file)
    }

    /// Sends a signal to the process that holds the lock, if that is another one.
    static func passOn(_ signal: Int32, _ profile: ProfileDirectory, _ name: String) {
        // Never closed: that would drop a lock that this process holds.
        let file = open(path(profile, name), O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return }
        var lock = whole
        if fcntl(file, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK), lock.l_pid > 0 {
            kill(lock.l_pid, signal)
        }
    }

    private static var whole: flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }

    private static func path(_ profile: ProfileDirectory, _ name: String) -> String {
        "\(profile.path)/schedules/\(name).lock"
    }

    private static func failure(_ deed: String, _ path: String) -> CommandFailure {
        CommandFailure(.refused, "cannot \(deed) \(path): \(String(cString: strerror(errno)))")
    }
}
