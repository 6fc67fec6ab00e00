import FarmProcess
import FarmTransport
import Foundation

/// The profile of a `tasks run`: made for it and removed with it, in the private directory for things that do not
/// outlive the machine's next start.
struct EphemeralProfile {
    let directory: ProfileDirectory
    private let parent: String

    /// Makes one, and takes away those whose process was killed before it could.
    static func make() throws -> EphemeralProfile {
        // The directory of a name that no profile has, since profiles are directories.
        let parent = try RuntimeDirectory.prepare(forProfile: "tasks run").path
        sweep(parent)
        let pid = getpid()
        let directory = ProfileDirectory("\(parent)/\(pid)-\(HostInfo.startTime(of: pid) ?? 0)")
        try directory.make()
        return EphemeralProfile(directory: directory, parent: parent)
    }

    /// Removes it with its sockets.
    func remove() {
        Self.remove(directory.path)
        // Stays if other runs have theirs in it.
        rmdir(parent)
    }

    private static func remove(_ path: String) {
        if let sockets = try? RuntimeDirectory.prepare(forProfile: path) {
            try? FileManager.default.removeItem(atPath: sockets.path)
        }
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func sweep(_ parent: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] {
            let parts = name.split(separator: "-")
            guard parts.count == 2, let pid = Int32(parts[0]), let start = UInt64(parts[1]),
                !HostInfo.isAlive(pid: pid, startTime: start)
            else { continue }
            remove("\(parent)/\(name)")
        }
    }
}
