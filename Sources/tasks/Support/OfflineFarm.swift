import FarmController
import FarmTransport
import Glibc
import Logging
import TaskFarm

/// A profile's ledger as a farm that answers but takes nothing: for looking at jobs while no controller runs.
/// A controller on a thread of this process reads it, behind sockets that nobody else can reach.
final class OfflineFarm: Sendable {
    private let place: EphemeralProfile
    private let controller: Controller

    /// Nil if the profile has no ledger, or a controller may run.
    static func open(_ profile: ProfileDirectory) throws -> OfflineFarm? {
        guard access(profile.ledgerPath, R_OK) == 0 else { return nil }
        switch ClusterState(profile) {
        case .running, .elsewhere: return nil
        case .stale, .stopped: break
        }
        let farm = try OfflineFarm(profile)
        Terminal.say("no controller\(Self.since(profile)): this is what its ledger holds")
        return farm
    }

    private init(_ profile: ProfileDirectory) throws {
        place = try EphemeralProfile.make()
        do {
            var options = ControllerOptions(
                profile: place.directory, tcp: nil,
                logger: try LogOptions.logger("controller", place.directory.controllerLog, .warning),
                subject: Subject.own)
            options.ledger.directory = profile.ledgerPath
            options.ledger.isReadOnly = true
            controller = try Controller.start(options)
        } catch {
            place.remove()
            throw error
        }
    }

    func connect() async throws -> TaskClient {
        try await TaskClient.connect(
            profile: place.directory.path, capability: place.directory.capabilityPath(.observer),
            patience: .seconds(10))
    }

    /// Ends it and removes all traces.
    func close() {
        controller.stop(now: true)
        try? controller.waitUntilEnded()
        place.remove()
    }

    /// The lock's time is set every few seconds, and at a clean end.
    private static func since(_ profile: ProfileDirectory) -> String {
        var status = stat()
        guard stat(profile.lockPath, &status) == 0 else { return "" }
        let moment = Instant(nanoseconds: .seconds(Int64(status.st_mtim.tv_sec)))
        return " since \(Moment.local(moment))"
    }
}
