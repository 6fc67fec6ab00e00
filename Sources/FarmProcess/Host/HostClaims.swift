internal import Glibc

/// What this process holds of its host – cores and GPUs – against others of the same user that ask in the
/// same directory.
///
/// A lock on a byte of one file for each, bound to the open file, so that the kernel lets go of it when the
/// process has ended, however it has. Nobody waits: what another holds is not free.
public final class HostClaims: Sendable {
    private let descriptor: Int32

    /// `F_OFD_SETLK`: the lock belongs to the open file, not to whichever process closes another copy first.
    private static let setLock: Int32 = 37
    private static let firstGPU: Int64 = 1 << 20
    private static let firstNamedGPU: Int64 = 1 << 40

    /// Opens, or makes, the file.
    /// - Parameter directory: of this user alone, the same for all.
    /// - Throws: ``SpawnError`` with code `system` if it cannot be opened.
    public init(directory: String) throws(SpawnError) {
        let path = directory + "/claims.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            let number = errno
            throw SpawnError(
                .system, "cannot open \(path): \(String(cString: strerror(number)))", path: path,
                errorNumber: number)
        }
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

    private func lock(_ place: Int64) -> Bool { set(Int16(F_WRLCK), place) }

    private func unlock(_ place: Int64) { _ = set(Int16(F_UNLCK), place) }

    private func set(_ type: Int16, _ place: Int64) -> Bool {
        var lock = flock()
        lock.l_type = type
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(place)
        lock.l_len = 1
        return fcntl(descriptor, Self.setLock, &lock) == 0
    }
}
