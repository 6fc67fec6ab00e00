internal import Glibc

/// Lists the orphans that this process, as a subreaper, was given.
///
/// The kernel gives them to the first thread of the process that is not exiting, in order of creation: as a
/// rule the main thread. So one read of that thread's `children` file tells, as a rule in under a
/// microsecond, that there is nothing to do; another of its `statm`, which begins with 0 once a thread has
/// exited, that it is still the right thread: a main thread may end and leave the process running.
struct Orphanage {
    private var children: Int32 = -1
    private var memory: Int32 = -1
    private var bytes = [UInt8](repeating: 0, count: 4096)
    /// A kernel without /proc/PID/task/TID/children: look through all processes instead.
    private var mustScan = false

    /// Appends the pids of the orphans, and of whatever else is a child of the same thread.
    mutating func list(into result: inout [Int32]) {
        if mustScan { return scan(into: &result) }
        if children >= 0 {
            readChildren(into: &result)
            if threadIsAlive() { return }
            result.removeAll(keepingCapacity: true)
        }
        reopen()
        if mustScan { scan(into: &result) } else { readChildren(into: &result) }
    }

    private mutating func readChildren(into result: inout [Int32]) {
        var offset = 0
        var text: [UInt8] = []
        while true {
            let count = bytes.withUnsafeMutableBytes { pread(children, $0.baseAddress, $0.count, offset) }
            guard count > 0 else { break }
            text.append(contentsOf: bytes[..<count])
            offset += count
        }
        if !text.isEmpty { ProcFile.parseNumbers(text, into: &result) }
    }

    private mutating func threadIsAlive() -> Bool {
        let count = bytes.withUnsafeMutableBytes { pread(memory, $0.baseAddress, 32, 0) }
        return count > 0 && bytes[0] != UInt8(ascii: "0")
    }

    private mutating func reopen() {
        closeFiles()
        for thread in ProcFile.numbers(in: "/proc/self/task") {
            memory = open("/proc/self/task/\(thread)/statm", O_RDONLY | O_CLOEXEC)
            guard memory >= 0 else { continue }
            if threadIsAlive() {
                children = open("/proc/self/task/\(thread)/children", O_RDONLY | O_CLOEXEC)
                mustScan = children < 0
                return
            }
            closeFiles()
        }
        mustScan = true
    }

    private mutating func closeFiles() {
        if children >= 0 { close(children) }
        if memory >= 0 { close(memory) }
        children = -1
        memory = -1
    }

    private func scan(into result: inout [Int32]) {
        let own = getpid()
        for pid in ProcFile.allProcesses() where ProcessStat(of: pid)?.parent == own { result.append(pid) }
    }

    /// The children of every thread of this process.
    static func allChildren() -> [Int32] {
        var result: [Int32] = []
        for thread in ProcFile.numbers(in: "/proc/self/task") {
            guard let text = ProcFile.read("/proc/self/task/\(thread)/children") else { continue }
            ProcFile.parseNumbers(text, into: &result)
        }
        return result
    }
}
