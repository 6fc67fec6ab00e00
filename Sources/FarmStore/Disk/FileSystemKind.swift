import CSystem

/// Whether the directory lies where several hosts may see it. There SQLite's write-ahead log, which shares
/// memory between processes, is not to be used, and locks are not to be trusted.
public enum FileSystemKind: Sendable, Equatable {
    case local
    /// With the name of its kind, for messages.
    case network(String)

    /// Of the file system that holds this existing path. What is not known is taken for local.
    public init(of path: String) { self.init(type: farm_file_system_type(path)) }

    /// `type`: as statfs(2) tells it.
    public init(type: Int64) {
        self = Self.known[type].map { .network($0) } ?? .local
    }

    /// From statfs(2) and the headers of those systems.
    private static let known: [Int64: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2", 0x5346_414F: "AFS",
        0x6B41_4653: "AFS", 0x7375_7245: "Coda", 0x0BD0_0BD0: "Lustre", 0x4750_4653: "GPFS",
        0x1983_0326: "BeeGFS", 0x00C3_6400: "Ceph", 0x0102_1997: "9P", 0x6573_5546: "FUSE",
        0x0116_1970: "GFS2", 0x7461_636F: "OCFS2", 0x2030_0528: "OrangeFS", 0xAAD7_AAEA: "Panasas",
        0x786F_4256: "VirtualBox",
    ]
}
