internal import Glibc

/// What the processes of an attempt hold of the machine's memory.
///
/// First the resident sizes are added up, which the kernel has ready; shared pages count for each process
/// then, so the sum is never too low. Only if it is over the limit the proportional sizes (PSS) decide, in
/// which a page of n processes counts an n-th for each: for them the kernel walks the page tables.
enum TreeMemory {
    /// What the processes below `roots` and these themselves use, if it is more than `limitBytes`.
    static func excess(below roots: [Int32], over limitBytes: UInt64) -> UInt64? {
        let processes = processes(below: roots)
        guard processes.reduce(0, { $0 + residentBytes($1) }) > limitBytes else { return nil }
        let used = processes.reduce(0) { $0 + (proportionalBytes($1) ?? residentBytes($1)) }
        return used > limitBytes ? used : nil
    }

    private static func processes(below roots: [Int32]) -> [Int32] {
        var found = roots
        var known = Set(roots)
        var next = 0
        while next < found.count {
            let pid = found[next]
            next += 1
            for thread in ProcFile.numbers(in: "/proc/\(pid)/task") {
                guard let text = ProcFile.read("/proc/\(pid)/task/\(thread)/children") else { continue }
                var children: [Int32] = []
                ProcFile.parseNumbers(text, into: &children)
                for child in children where known.insert(child).inserted { found.append(child) }
            }
        }
        return found
    }

    /// 0 for one that has ended.
    private static func residentBytes(_ pid: Int32) -> UInt64 {
        guard let text = ProcFile.line("/proc/\(pid)/statm") else { return 0 }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = UInt64(fields[1]) else { return 0 }
        return pages * pageBytes
    }

    /// Nil where the kernel does not tell it, as of another user's program.
    private static func proportionalBytes(_ pid: Int32) -> UInt64? {
        guard let bytes = ProcFile.read("/proc/\(pid)/smaps_rollup") else { return nil }
        let name = Array("Pss:".utf8)
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: name) {
            let words = String(decoding: line.dropFirst(name.count), as: UTF8.self).split(separator: " ")
            return words.first.flatMap { UInt64($0) }.map { $0 << 10 }
        }
        return nil
    }

    private static let pageBytes = UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))
}
