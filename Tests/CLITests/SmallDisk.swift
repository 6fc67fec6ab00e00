import Foundation
import Glibc

/// A file system in memory of a few MiB, which can be filled. Only root can make one.
final class SmallDisk {
    let path: String

    /// Nil, with a word about it, if it cannot be made here.
    init?(_ yard: Farmyard, megabytes: Int) {
        path = "\(yard.home)/disk"
        mkdir(path, 0o700)
        guard mount("none", path, "tmpfs", 0, "size=\(megabytes)m,mode=700") == 0 else {
            print("skipped: a small disk cannot be mounted here: \(String(cString: strerror(errno)))")
            return nil
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Takes all the room there is.
    func fill() {
        let file = open("\(path)/filling", O_WRONLY | O_CREAT, 0o600)
        let block = [UInt8](repeating: 1, count: 4096)
        while write(file, block, block.count) > 0 {}
        close(file)
    }

    func makeRoom() { unlink("\(path)/filling") }

    /// Nothing can be written any more, whoever asks.
    func makeReadOnly() -> Bool {
        mount("none", path, nil, UInt(MS_REMOUNT | MS_RDONLY), nil) == 0
    }
}
