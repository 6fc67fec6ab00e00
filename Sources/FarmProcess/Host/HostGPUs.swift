internal import Glibc

/// The GPUs of this host that a process may use.
public enum HostGPUs {
    /// What `CUDA_VISIBLE_DEVICES` names if it is set, else the numbers of the NVIDIA devices, rising.
    public static var visible: [String] {
        if let named = getenv("CUDA_VISIBLE_DEVICES") { return listed(String(cString: named)) }
        return devices(in: "/dev")
    }

    /// The ids of a list; an id that is no GPU's hides what is behind it, as CUDA has it.
    static func listed(_ text: String) -> [String] {
        let ids = text.split(separator: ",").map { $0.filter { $0 != " " } }
        return Array(
            ids.prefix { $0 != "-1" && $0 != "NoDevFiles" && !$0.isEmpty && $0 != "void" && $0 != "none" })
    }

    static func devices(in directory: String) -> [String] {
        let prefix = "nvidia"
        return ProcFile.names(in: directory)
            .compactMap { $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count)) : nil }
            .filter { $0 >= 0 }.sorted().map(String.init)
    }
}
