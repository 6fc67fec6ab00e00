import FarmProcess
import FarmTransport
import Foundation

/// The profile of a `tasks run`: made for it and removed with it, in a private directory for things that do
/// not outlive the machine's next start.
struct EphemeralProfile {
    let directory: ProfileDirectory
    private let parent: String

    /// Makes one, and takes away those whose process was killed before it could.
    ///
    /// - Parameter isShared: engines may be on other machines, which see what is in the home directory.
    static func make(isShared: Bool = false) throws -> EphemeralProfile {
        let parent = isShared ? try sharedParent() : try parent()
        sweep(parent)
        let pid = getpid()
        let directory = ProfileDirectory("\(parent)/\(pid)-\(HostInfo.startTime(of: pid) ?? 0)")
        try directory.make()
        return EphemeralProfile(directory: directory, parent: parent)
    }

    /// One for each machine: of the processes of another one nothing is known.
    private static func sharedParent() throws -> String {
        let runs = "\(ProfileDirectory.home)/runs"
        let parent = "\(runs)/on-\(HostInfo.hostname)"
        mkdir(ProfileDirectory.home, 0o700)
        mkdir(runs, 0o700)
        try PrivatePath.makeDirectory(parent)
        return parent
    }

    /// Beside the sockets if that is a run-time directory of the system's, which is in memory; else not in
    /// `/tmp`, which may be on a disk: two dozen files are synced, and that would take a quarter of a second.
    private static func parent() throws -> String {
        // The directory of a name that no profile has, since profiles are directories.
        let runtime = try RuntimeDirectory.prepare(forProfile: "tasks run").path
        guard runtime.hasPrefix("/tmp/tasks-") else { return runtime }
        let shared = "/dev/shm/tasks-\(geteuid())"
        do throws(CredentialError) { try PrivatePath.makeDirectory(shared) } catch { return runtime }
        rmdir(runtime)
        return shared
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
