import Glibc

/// The zone database of this machine (Debian's package tzdata), which its administrator keeps up to date.
public enum ZoneDatabase {
    /// Where systems have it.
    private static let directories = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"]

    /// Whether there is one.
    public static var isThere: Bool { directory != nil }

    private static var directory: String? { directories.first { access("\($0)/Etc/UTC", R_OK) == 0 } }

    /// The zone of a name like `Europe/Berlin`; nil if there is none. `UTC` is always there.
    public static func zone(_ name: String) -> ZoneRules? {
        if name == "UTC" { return .utc }
        guard let directory, isName(name), let bytes = read("\(directory)/\(name)") else { return nil }
        return ZoneRules(name, tzif: bytes)
    }

    /// The zone of this machine's clock: `$TZ`, `/etc/localtime`, `/etc/timezone`, or else `UTC`.
    public static var localName: String {
        if let named = getenv("TZ") {
            let name = String(cString: named)
            if zone(name) != nil { return name }
        }
        if let found = realpath("/etc/localtime", nil) {
            defer { free(found) }
            let path = String(cString: found)
            for directory in directories where path.hasPrefix("\(directory)/") {
                let name = String(path.dropFirst(directory.utf8.count + 1))
                if zone(name) != nil { return name }
            }
        }
        if let bytes = read("/etc/timezone") {
            let name = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
            if zone(name) != nil { return name }
        }
        return "UTC"
    }

    /// The names of all zones, sorted. Reads a few hundred directory entries: for messages.
    public static var names: [String] {
        guard let directory else { return ["UTC"] }
        var found: Set<String> = ["UTC"]
        collect(directory, "", into: &found)
        return found.sorted()
    }

    private static func collect(_ directory: String, _ prefix: String, into found: inout Set<String>) {
        guard let stream = opendir("\(directory)/\(prefix)") else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // Tables do not begin with a capital.
            guard isName(name) else { continue }
            let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
            var status = stat()
            guard stat("\(directory)/\(path)", &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                collect(directory, path, into: &found)
            } else {
                found.insert(path)
            }
        }
    }

    private static func isName(_ name: String) -> Bool {
        // `right/…` counts leap seconds, which no clock here does; `localtime` and `posixrules` are no zones.
        name.utf8.count <= 100 && name.utf8.first.map { (0x41...0x5A).contains($0) } == true
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x5F
                            || $0 == 0x2D || $0 == 0x2B
                    }
            }
    }

    /// A small file.
    private static func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 18)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress! + count, $0.count - count)
            }
            guard got > 0 else { break }
            count += got
        }
        return count == 0 ? nil : Array(bytes[..<count])
    }
}
