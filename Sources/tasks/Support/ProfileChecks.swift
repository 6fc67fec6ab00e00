import FarmTransport
import Foundation

/// What `tasks doctor` looks at in a profile.
enum ProfileChecks {
    /// Free bytes below which logs soon fail.
    private static let freeBytes: UInt64 = 100 << 20

    static func all(_ profile: ProfileDirectory) -> [Finding] {
        guard access(profile.path, F_OK) == 0 else {
            return [
                Finding("profile", .note, "\(profile) is not there yet", "`tasks cluster start` makes it")
            ]
        }
        return [directory(profile), secrets(profile), space(profile)]
    }

    private static func directory(_ profile: ProfileDirectory) -> Finding {
        do throws(CredentialError) {
            try PrivatePath.requirePrivate(directory: profile.path)
            return Finding("profile", .good, profile.path)
        } catch {
            return Finding("profile", .bad, error.message, "chmod 700 \(profile.path)")
        }
    }

    /// Directories and files that hold keys.
    private static func secrets(_ profile: ProfileDirectory) -> Finding {
        let security = "\(profile.path)/security"
        guard let files = FileManager.default.subpaths(atPath: security) else {
            return Finding(
                "capabilities", .note, "none yet", "they come with the first start of a controller")
        }
        do throws(CredentialError) {
            try PrivatePath.requirePrivate(directory: security)
            for file in files where file.hasSuffix(".json") {
                try PrivatePath.requirePrivate(file: "\(security)/\(file)")
            }
            return Finding(
                "capabilities", .good, "\(files.count { $0.hasSuffix(".json") }) files in \(security)")
        } catch {
            return Finding("capabilities", .bad, error.message, "chmod -R go= \(security)")
        }
    }

    private static func space(_ profile: ProfileDirectory) -> Finding {
        var status = statvfs()
        guard statvfs(profile.path, &status) == 0 else {
            return Finding("disk", .bad, "\(profile): \(String(cString: strerror(errno)))")
        }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        return free < freeBytes
            ? Finding("disk", .bad, "\(free >> 20) MiB free", "make room, or take a profile elsewhere")
            : Finding("disk", .good, "\(free >> 20) MiB free")
    }
}
