import Glibc

/// The directory for a profile's ipc sockets: short, private and emptied at reboot.
///
/// `$XDG_RUNTIME_DIR/tasks/XXXXXXXX` if that is there, private and short enough, else
/// `/tmp/tasks-UID/XXXXXXXX`; the digits are the first of the SHA-256 of the profile's real path. On one
/// machine this directory is the gate: who can enter it can connect.
public struct RuntimeDirectory: Sendable, Hashable {
    /// The most bytes a socket's path may have on Linux.
    public static let maxSocketPathBytes = 107
    private static let nameBytes = 8
    /// The longest name a socket in it may have.
    public static let maxSocketNameBytes = 16
    /// Its absolute path.
    public let path: String

    /// Makes the directory, or checks the one that is there: a real directory of this user, mode 0700.
    /// - Parameters:
    ///   - profile: the profile's directory.
    ///   - xdgRuntimeDirectory: `$XDG_RUNTIME_DIR`; nil takes the environment's.
    /// - Throws: ``CredentialError`` with `notRegular`, `wrongOwner`, `looseMode`, `io`, `pathTooLong`.
    public static func prepare(forProfile profile: String, xdgRuntimeDirectory: String? = nil)
        throws(CredentialError) -> RuntimeDirectory
    {
        let parent = try parent(xdgRuntimeDirectory: xdgRuntimeDirectory)
        let directory = RuntimeDirectory(path: "\(parent)/\(name(forProfile: profile))")
        try PrivatePath.makeDirectory(directory.path)
        return directory
    }

    /// The directory over those of all of this user's profiles; made, or checked, as by `prepare`.
    /// - Throws: as `prepare`.
    public static func parent(xdgRuntimeDirectory: String? = nil) throws(CredentialError) -> String {
        let xdg = xdgRuntimeDirectory ?? getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? ""
        let path = isUsable(xdg) ? "\(xdg)/tasks" : "/tmp/tasks-\(geteuid())"
        try PrivatePath.makeDirectory(path)
        return path
    }

    /// The last part of its path for the profile that is in this directory.
    public static func name(forProfile profile: String) -> String {
        Hex.encode(Digest.sha256(Array(realPath(profile).utf8)).prefix(4))
    }

    /// The endpoint of a socket in it, such as `ipc:///run/user/1000/tasks/5e884898/client`.
    /// - Throws: ``CredentialError`` with `pathTooLong`, or `invalidField` for a name with a slash.
    public func endpoint(_ socketName: String) throws(CredentialError) -> String {
        guard !socketName.isEmpty, !socketName.utf8.contains(UInt8(ascii: "/")) else {
            throw CredentialError(
                .invalidField, "\"\(socketName)\" is no name for a socket; take a plain word")
        }
        let full = "\(path)/\(socketName)"
        guard full.utf8.count <= RuntimeDirectory.maxSocketPathBytes else {
            throw CredentialError(
                .pathTooLong,
                "the socket path \(full) has \(full.utf8.count) bytes, "
                    + "\(RuntimeDirectory.maxSocketPathBytes) are possible; shorten XDG_RUNTIME_DIR"
            )
        }
        return "ipc://\(full)"
    }

    /// Whether `$XDG_RUNTIME_DIR` may be used. An unfit one is not an error: logins without one are common.
    private static func isUsable(_ xdg: String) -> Bool {
        guard xdg.hasPrefix("/"),
            "\(xdg)/tasks/".utf8.count + nameBytes + 1 + maxSocketNameBytes <= maxSocketPathBytes
        else { return false }
        do {
            try PrivatePath.requirePrivate(directory: xdg)
            return true
        } catch {
            return false
        }
    }

    private static func realPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
