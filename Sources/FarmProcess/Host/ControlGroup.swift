/// The control groups that this process is in, as far as they are about memory.
struct ControlGroup {
    /// Directories of its group in the unified hierarchy and of all groups above, innermost first. Those that
    /// cannot be seen from here, as from within a container, are left out.
    let unified: [String]
    /// The same in the memory hierarchy of version 1.
    let memory: [String]

    /// From /proc/self/cgroup.
    init() {
        var (unified, memory): ([String], [String]) = ([], [])
        let lines = (ProcFile.read("/proc/self/cgroup") ?? []).split(separator: UInt8(ascii: "\n"))
        for line in lines {
            let parts = String(decoding: line, as: UTF8.self)
                .split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[0] == "0", parts[1].isEmpty {
                // The second is where a host that also has version 1 keeps it.
                for mount in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
                    unified += Self.upwards(mount, parts[2])
                }
            } else if parts[1].split(separator: ",").contains("memory") {
                memory = Self.upwards("/sys/fs/cgroup/memory", parts[2])
            }
        }
        self.unified = unified
        self.memory = memory
    }

    private static func upwards(_ mount: String, _ path: Substring) -> [String] {
        var parts = path.split(separator: "/")
        var result: [String] = []
        while !parts.isEmpty {
            result.append(mount + "/" + parts.joined(separator: "/"))
            parts.removeLast()
        }
        return result + [mount]
    }

    /// The lowest limit that any of them sets; nil without one.
    var memoryLimitBytes: UInt64? {
        let files = unified.map { $0 + "/memory.max" } + memory.map { $0 + "/memory.limit_in_bytes" }
        return files.compactMap { ProcFile.line($0).flatMap(UInt64.init) }.min()
    }
}
