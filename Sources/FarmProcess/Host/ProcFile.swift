internal import Glibc

/// Small reads from /proc.
enum ProcFile {
    /// The whole file (at most `limit` bytes), or nil when it is not there or not ours to read.
    static func read(_ path: String, limit: Int = 4 << 20) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var room = 4096
        while bytes.count < limit {
            var count = 0
            let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
                count = Glibc.read(file, buffer.baseAddress, room)
                filled = max(count, 0)
            }
            if count < 0 { return nil }
            if count == 0 { break }
            bytes += piece
            room = min(room * 2, 1 << 20)
        }
        return bytes
    }

    /// The file as one line of text.
    static func line(_ path: String) -> String? {
        guard let bytes = read(path) else { return nil }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// The `K=V` strings of this process as they are now.
    static func environment() -> [String] {
        var result: [String] = []
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
        while let entry = next.pointee {
            result.append(String(cString: entry))
            next += 1
        }
        return result
    }

    /// The process ids in /proc.
    static func allProcesses() -> [Int32] { numbers(in: "/proc") }

    /// The entries of a directory that are numbers, in the order the kernel gives them.
    static func numbers(in directory: String) -> [Int32] { names(in: directory).compactMap { Int32($0) } }

    /// The entries of a directory, in the order the kernel gives them.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var result: [String] = []
        while let entry = readdir(stream) {
            result.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return result
    }

    /// Whitespace-separated numbers.
    static func parseNumbers(_ bytes: some Sequence<UInt8>, into result: inout [Int32]) {
        var number: Int32 = 0
        var inside = false
        for byte in bytes {
            if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") {
                number = number &* 10 &+ Int32(byte - UInt8(ascii: "0"))
                inside = true
            } else {
                if inside { result.append(number) }
                number = 0
                inside = false
            }
        }
        if inside { result.append(number) }
    }
}
