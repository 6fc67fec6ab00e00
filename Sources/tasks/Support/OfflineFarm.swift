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

    /// Nil if the profile has no ledger, or a controller may write it; one that is stopped does not.
    static func open(_ profile: ProfileDirectory, _ silent: SilentController?) throws -> OfflineFarm? {
        guard access(profile.ledgerPath, R_OK) == 0 else { return nil }
        if let silent {
            // On a network file system it has the ledger to itself.
            guard silent.isStopped, let farm = try? OfflineFarm(profile) else { return nil }
            Terminal.say("\(silent.words): this is what its ledger holds")
            return farm
        }
        switch ClusterState(profile) {
        case .running, .elsewhere: return nil
        case .stale, .stopped: break
        }
        let farm = try OfflineFarm(profile)
        Terminal.say("no controller\(profile.lastBeat): this is what its ledger holds")
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
}
