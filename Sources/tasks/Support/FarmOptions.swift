import ArgumentParser
import FarmTransport
import Glibc
import TaskFarm

/// Which farm a command is for.
struct FarmOptions: ParsableArguments {
    @Option(
        help: "The farm's profile: a name below $TASKS_HOME (~/.tasks), or a directory. Default: default.")
    var profile: String?
    @Option(help: "The capability file that lets you in. Default: $TASKS_CAPABILITY, else the profile's.")
    var capability: String?

    /// How long a lost controller is looked for before a wait is given up.
    private static let reconnectPatience = Duration.seconds(30)

    /// The profile's directory, absolute.
    var directory: ProfileDirectory { ProfileDirectory(profile.map(Self.absolute)) }

    /// `--profile X`, for messages that say what to type; empty for the default one.
    var words: String { profile.map { " --profile \($0)" } ?? "" }

    /// Connects as who may submit and look.
    func connect() async throws -> TaskClient {
        try await TaskClient.connect(
            profile: profile.map(Self.absolute), capability: capability,
            reconnectPatience: Self.reconnectPatience)
    }

    /// Connects as who may do everything.
    func connectAsAdmin() async throws -> TaskClient {
        try await TaskClient.connect(
            profile: profile.map(Self.absolute), capability: capability ?? directory.capabilityPath(.admin),
            reconnectPatience: .seconds(1))
    }

    /// A name stays one; a relative path is made absolute, since daemons read it, too.
    static func absolute(_ profile: String) -> String {
        guard profile.contains("/"), !profile.hasPrefix("/") else { return profile }
        return "\(WorkingDirectory.path)/\(profile)"
    }
}

/// Where this process is.
enum WorkingDirectory {
    static var path: String {
        guard let buffer = getcwd(nil, 0) else { return "/" }
        defer { free(buffer) }
        return String(cString: buffer)
    }

    /// The absolute form of a path.
    static func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(Self.path)/\(path)" }
}
