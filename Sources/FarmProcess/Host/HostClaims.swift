internal import Glibc

/// What this process holds of its host – cores and GPUs – against others of the same user that ask in the
/// same directory.
///
/// A lock on a byte of one file for each, bound to the open file, so that the kernel lets go of it when the
/// process has ended, however it has. Nobody waits: what another holds is not free.
///
/// The file goes with the last that uses it. Who is there says so by a read lock on one byte, taken under a
/// lock on another, the gate; who leaves removes the file behind the gate if it is alone. Whoever has
/// opened a file that is gone by then sees that, and opens the next.
public final class HostClaims: Sendable {
    private let descriptor: Int32
    private let path: String

    /// `F_OFD_SETLK` and `F_OFD_SETLKW`: the lock belongs to the open file, not to whichever process closes
    /// another copy first.
    private static let setLock: Int32 = 37
    private static let setLockWaiting: Int32 = 38
    private static let firstGPU: Int64 = 1 << 20
    private static let firstNamedGPU: Int64 = 1 << 40
    private static let gate: Int64 = 1 << 50
    private static let presence: Int64 = gate + 1

    /// Opens, or makes, the file.
    /// - Parameter directory: of this user alone, the same for all.
    /// - Throws: ``SpawnError`` with code `system` if it cannot be opened or locked.
    public init(directory: String) throws(SpawnError) {
        path = directory + "/claims.lock"
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            let isOpen = file >= 0 && Self.set(file, F_WRLCK, Self.gate, waiting: true)
            // Removed while we waited at its gate.
            if isOpen, !Self.isThere(file, path) {
                close(file)
                continue
            }
            guard isOpen, Self.set(file, F_RDLCK, Self.presence) else {
                let number = errno
                if file >= 0 { close(file) }
                throw SpawnError(
                    .system, "cannot open or lock \(path): \(String(cString: strerror(number)))", path: path,
                    errorNumber: number)
            }
            _ = Self.set(file, F_UNLCK, Self.gate)
            descriptor = file
            return
        }
    }

    private static func isThere(_ file: Int32, _ path: String) -> Bool {
        var (own, named) = (stat(), stat())
        return fstat(file, &own) == 0 && stat(path, &named) == 0 && own.st_ino == named.st_ino
            && own.st_dev == named.st_dev
    }

    /// Removes the file if nobody else uses it. What is held stays so until this process ends.
    public func leave() {
        guard Self.set(descriptor, F_WRLCK, Self.gate, waiting: true) else { return }
        if Self.set(descriptor, F_WRLCK, Self.presence) {
            if Self.isThere(descriptor, path) { unlink(path) }
        } else {
            // Who leaves next is not to take this one for somebody who stays.
            _ = Self.set(descriptor, F_UNLCK, Self.presence)
        }
        _ = Self.set(descriptor, F_UNLCK, Self.gate)
    }

    deinit { close(descriptor) }

    /// Takes so many of these cores, the first that are free.
    /// - Returns: nil, with none taken, if fewer are free.
    public func takeCores(_ count: Int, of cores: [Int]) -> [Int]? {
        var taken: [Int] = []
        for core in cores where taken.count < count {
            if lock(Int64(core)) { taken.append(core) }
        }
        if taken.count == count { return taken }
        for core in taken { unlock(Int64(core)) }
        return nil
    }

    /// Takes those of these GPUs that are free, the first of them if there are more than `most`.
    public func takeGPUs(_ gpus: [String], most: Int = .max) -> [String] {
        var taken: [String] = []
        for gpu in gpus where taken.count < most && !taken.contains(gpu) {
            if lock(Self.place(ofGPU: gpu)) { taken.append(gpu) }
        }
        return taken
    }

    /// A number's own, or one that hardly another name has (FNV-1a).
    private static func place(ofGPU gpu: String) -> Int64 {
        if let number = Int64(gpu), (0..<firstGPU).contains(number) { return firstGPU + number }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in gpu.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return firstNamedGPU + Int64(hash >> 24)
    }

    private func lock(_ place: Int64) -> Bool { Self.set(descriptor, F_WRLCK, place) }

    private func unlock(_ place: Int64) { _ = Self.set(descriptor, F_UNLCK, place) }

    private static func set(_ file: Int32, _ type: Int32, _ place: Int64, waiting: Bool = false) -> Bool {
        var lock = flock()
        lock.l_type = Int16(type)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(place)
        lock.l_len = 1
        while fcntl(file, waiting ? setLockWaiting : setLock, &lock) != 0 {
            guard errno == EINTR else { return false }
        }
        return true
    }
}
