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
    @Option(
        help:
            "The host where the farm is, as ssh takes it: USER@HOST. Its profile and capability are used there. $TASKS_SSH is the ssh, $TASKS_VIA_PROGRAM the `tasks` there."
    )
    var via: String?

    func validate() throws {
        guard let via else { return }
        if via.isEmpty || via.hasPrefix("-") || via.contains(where: \.isWhitespace) {
            throw ValidationError("--via \(via): expected a host as ssh takes it, as in node7 or ada@node7")
        }
        if capability != nil {
            throw ValidationError(
                "--capability names a file here, --via uses one of the farm's host: leave one of them out")
        }
    }

    /// The profile's directory, absolute.
    var directory: ProfileDirectory { ProfileDirectory(profile.map(Self.absolute)) }

    /// A cluster's keeper starts a dead controller again: that is waited for, less long when it has tried.
    private var patience: Duration {
        directory.launcher == nil ? .zero : .seconds(directory.refusal == nil ? 10 : 2)
    }

    /// Connects as who may submit and look. A controller that goes away meanwhile is waited for, for as long
    /// as it takes. `role`: as who may do what others may not, unless another capability was chosen.
    func connect(as role: Role? = nil) async throws -> TaskClient {
        if via != nil { return try await connectVia(role ?? .taskClient) }
        return try await connect(with: own == nil ? nil : role.map { directory.capabilityPath($0) })
    }

    /// The same, with a certain capability file unless another was chosen.
    func connect(with special: String?) async throws -> TaskClient {
        if via != nil { return try await connectVia(.taskClient) }
        if let failure = copyFailure { throw failure }
        do throws(TaskClientError) {
            return try await TaskClient.connect(
                profile: profile.map(Self.absolute), capability: capability ?? special, patience: patience)
        } catch {
            throw explained(error)
        }
    }

    /// Whose controller stands still, or cannot be started again, is told so.
    private func explained(_ error: TaskClientError) -> any Error {
        guard error.code == .noController, let own else { return error }
        if let refusal = own.refusal {
            return CommandFailure(
                .noController, "no controller: it has died and cannot be started again: \(refusal)")
        }
        return SilentController(own)?.failure ?? error
    }

    /// The profile, if nothing else says which farm is meant.
    var own: ProfileDirectory? {
        via != nil || capability != nil || isNamedByEnvironment ? nil : directory
    }

    /// Without a profile the environment may name a capability file.
    private var isNamedByEnvironment: Bool { profile == nil && Self.isNamedByEnvironment }

    static var isNamedByEnvironment: Bool {
        guard let named = getenv("TASKS_CAPABILITY") else { return false }
        return named.pointee != 0
    }

    /// A copied profile's capability files still lead to the farm of the original.
    private var copyFailure: CommandFailure? { own.flatMap { Self.copyFailure(of: $0) } }

    static func copyFailure(of own: ProfileDirectory) -> CommandFailure? {
        guard let path = foreignSocket(of: own) else { return nil }
        return CommandFailure(
            .noController,
            "profile \(own) was copied, or moved while its controller ran: its capability files lead to the farm of"
                + " another profile (\(path)); name that one with --profile, or make this one a farm of its own with"
                + " `tasks cluster start`")
    }

    /// The socket of another profile's controller to which this one's files lead. On another host, where only
    /// the address counts, the same directory may have another path.
    private static func foreignSocket(of profile: ProfileDirectory) -> String? {
        guard let file = try? Capability.load(path: profile.capabilityPath(.taskClient)) else { return nil }
        let own = RuntimeDirectory.name(forProfile: profile.path)
        return file.endpoints.lazy.filter { $0.hasPrefix("ipc://") }.map { String($0.dropFirst(6)) }
            .first {
                $0.split(separator: "/").dropLast().last.map(String.init) != own && access($0, F_OK) == 0
            }
    }

    /// Runs `body` with a client that may look; without a controller, with one of what the ledger holds.
    func reading<Result>(_ body: (TaskClient) async throws -> Result) async throws -> Result {
        let (client, offline) = try await clientToRead()
        defer { offline?.close() }
        // What a task came to is told when it is recorded.
        let result =
            offline == nil
            ? try await Lookout.during(client, own) { try await body(client) } : try await body(client)
        await client.close()
        return result
    }

    private func clientToRead() async throws -> (TaskClient, OfflineFarm?) {
        if via != nil { return (try await connectVia(.taskClient, reconnectPatience: .seconds(10)), nil) }
        if let failure = copyFailure { return try await offline(insteadOf: failure) }
        do throws(TaskClientError) {
            let client = try await TaskClient.connect(
                profile: profile.map(Self.absolute), capability: capability, patience: patience,
                reconnectPatience: .seconds(10))
            return (client, nil)
        } catch {
            guard error.code == .noController || error.code == .noProfile, capability == nil else {
                throw error
            }
            return try await offline(insteadOf: explained(error))
        }
    }

    private func offline(insteadOf failure: any Error) async throws -> (TaskClient, OfflineFarm?) {
        let silent = own.flatMap { SilentController($0) }
        guard let farm = try OfflineFarm.open(directory, silent) else { throw failure }
        do { return (try await farm.connect(), farm) } catch {
            farm.close()
            throw error
        }
    }

    /// Connects as who may do everything. `patience`: for a controller that is known to be starting.
    func connectAsAdmin(patience: Duration = .zero) async throws -> TaskClient {
        if via != nil { return try await connectVia(.admin, reconnectPatience: .seconds(1)) }
        if let failure = copyFailure { throw failure }
        return try await TaskClient.connect(
            profile: profile.map(Self.absolute), capability: capability ?? directory.capabilityPath(.admin),
            patience: patience, reconnectPatience: .seconds(1))
    }

    /// A name stays one; a relative path is made absolute, since daemons read it, too.
    static func absolute(_ profile: String) -> String {
        guard profile.contains("/"), !profile.hasPrefix("/") else { return profile }
        return "\(WorkingDirectory.path)/\(profile)"
    }
}
