import FarmProcess
import FarmTransport
import Foundation
import Glibc
import Synchronization

/// A private directory of this process below the user's run-time directory, for what must not outlive it.
enum ScratchDirectory {
    /// Makes `KIND-PID-START`, or finds it, and takes those away that dead processes have left.
    /// - Throws: ``CredentialError`` if there is no private place.
    static func make(_ kind: String) throws(CredentialError) -> String {
        let parent = try RuntimeDirectory.parent()
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] {
            let parts = name.split(separator: "-")
            guard parts.count == 3, parts[0] == kind, let pid = Int32(parts[1]),
                let start = UInt64(parts[2]), !HostInfo.isAlive(pid: pid, startTime: start)
            else { continue }
            try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
        }
        let path = "\(parent)/\(kind)-\(getpid())-\(HostInfo.startTime(of: getpid()) ?? 0)"
        try PrivatePath.makeDirectory(path)
        return path
    }

    /// A path for one more socket in `via-…`.
    static func socket() throws(CredentialError) -> String {
        let directory = try make("via")
        return sockets.withLock { sockets in
            sockets.directory = directory
            sockets.count += 1
            return "\(directory)/\(sockets.count)"
        }
    }

    /// Takes the sockets of this process away, at its end.
    static func removeSockets() {
        guard let directory = sockets.withLock({ $0.directory }) else { return }
        try? FileManager.default.removeItem(atPath: directory)
    }

    private struct Sockets {
        var directory: String?
        var count = 0
    }

    private static let sockets = Mutex(Sockets())
}
