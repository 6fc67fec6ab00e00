import Glibc

/// Tells whether a file has been written between two looks: any write changes it.
struct FileStamp: Equatable {
    private var device: UInt64
    private var inode: UInt64
    private var size: Int64
    private var changedSeconds: Int64
    private var changedNanoseconds: Int64

    /// Nil if there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        changedSeconds = Int64(status.st_ctim.tv_sec)
        changedNanoseconds = Int64(status.st_ctim.tv_nsec)
    }
}
