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

    /// The profile's directory, absolute.
    var directory: ProfileDirectory { ProfileDirectory(profile.map(Self.absolute)) }

    /// `--profile X`, for messages that say what to type; empty for the default one.
    var words: String { profile.map { " --profile \($0)" } ?? "" }

    /// A cluster's keeper starts a dead controller again: that is waited for.
    private var patience: Duration { directory.launcher == nil ? .zero : .seconds(10) }

    /// Connects as who may submit and look. A controller that goes away meanwhile is waited for, for as long
    /// as it takes.
    func connect() async throws -> TaskClient {
        do throws(TaskClientError) {
            return try await TaskClient.connect(
                profile: profile.map(Self.absolute), capability: capability, patience: patience)
        } catch {
            throw silent(error)?.failure ?? error
        }
    }

    /// The profile's controller, if it is that which runs here and did not answer.
    private func silent(_ error: TaskClientError) -> SilentController? {
        let isOther = capability != nil || (profile == nil && getenv("TASKS_CAPABILITY") != nil)
        return isOther || error.code != .noController ? nil : SilentController(directory)
    }

    /// Runs `body` with a client that may look; without a controller, with one of what the ledger holds.
    func reading<Result>(_ body: (TaskClient) async throws -> Result) async throws -> Result {
        let (client, offline) = try await clientToRead()
        defer { offline?.close() }
        // What a task came to is told when it is recorded.
        let result =
            offline == nil
            ? try await Lookout.during(client) { try await body(client) } : try await body(client)
        await client.close()
        return result
    }

    private func clientToRead() async throws -> (TaskClient, OfflineFarm?) {
        do throws(TaskClientError) {
            let client = try await TaskClient.connect(
                profile: profile.map(Self.absolute), capability: capability, patience: patience,
                reconnectPatience: .seconds(10))
            return (client, nil)
        } catch {
            let silent = silent(error)
            guard error.code == .noController || error.code == .noProfile, capability == nil,
                let farm = try OfflineFarm.open(directory, silent)
            else { throw silent?.failure ?? error }
            do { return (try await farm.connect(), farm) } catch let failure {
                farm.close()
                throw failure
            }
        }
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

    /// The absolute form of a path without links; as `absolute` where there is nothing.
    static func resolved(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return absolute(path) }
        defer { free(found) }
        return String(cString: found)
    }

    /// The absolute form of a path.
    static func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(Self.path)/\(path)" }
}
