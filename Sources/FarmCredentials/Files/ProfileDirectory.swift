import Glibc

/// Where a profile is: a name stands for `$TASKS_HOME/NAME` (`~/.tasks/NAME` without it), anything with a
/// slash for itself. `default` unless told otherwise.
public struct ProfileDirectory: Sendable, Hashable, CustomStringConvertible {
    /// The directory.
    public let path: String

    /// The profile called so, or at this path; nil takes `default`.
    public init(_ profile: String? = nil) {
        let profile = profile ?? "default"
        guard !profile.contains("/") else {
            path = profile
            return
        }
        path = "\(Self.home)/\(profile)"
    }

    /// `$TASKS_HOME`, else `~/.tasks`.
    public static var home: String {
        if let set = Self.variable("TASKS_HOME") { return set }
        return (Self.variable("HOME") ?? "/root") + "/.tasks"
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// Says who runs the controller, where and since when.
    public var lockPath: String { "\(path)/controller.lock" }
    /// Component logs.
    public var logPath: String { "\(path)/log" }
    /// The capability file that a role has by itself.
    public func capabilityPath(_ role: Role) -> String { "\(path)/security/\(role.rawValue).json" }

    public var description: String { path }

    /// Makes it and its log directory, private, if they are not there.
    /// - Throws: `CredentialError` as `PrivatePath.makeDirectory` does.
    public func make() throws(CredentialError) {
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        if path.hasPrefix("/"), !parent.isEmpty { Self.makeParents("/" + parent) }
        try PrivatePath.makeDirectory(path)
        try PrivatePath.makeDirectory(logPath)
    }

    private static func makeParents(_ path: String) {
        var built = ""
        for part in path.split(separator: "/") {
            built += "/" + part
            mkdir(built, 0o700)
        }
    }
}
