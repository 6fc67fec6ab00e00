import FarmController
import FarmTransport
import Foundation
import Logging
import TaskFarm

/// Limits of the controller's node.
typealias NodeLimits = ControllerNodeSettings

/// A farm of its own for a test: a real controller on a profile in a temporary directory, over ipc, and
/// engines in this process that run the functions of `TestFunctions`.
final class TestFarm: Sendable {
    let profile: String
    let controller: Controller
    let engines: [TestEngine]

    /// Starts it with as many one-slot engines.
    init(
        engines count: Int = 1, slots: UInt32 = 1, node: NodeLimits? = nil, at path: String? = nil
    ) throws {
        let profile = path ?? FileManager.default.temporaryDirectory.path + "/task-farm-\(UUID().uuidString)"
        self.profile = profile
        controller = try Self.controller(profile, node)
        engines = try (0..<count).map { try TestEngine(profile, name: "engine-\($0)", slots: slots) }
    }

    private static func controller(_ profile: String, _ node: NodeLimits?) throws -> Controller {
        var logger = Logger(label: "controller")
        logger.logLevel = .critical
        var options = ControllerOptions(
            profile: ProfileDirectory(profile), tcp: nil, logger: logger, subject: "tester")
        if let node { options.node = node }
        return try Controller.start(options)
    }

    func connect(role: Role = .taskClient) async throws -> TaskClient {
        try await TaskClient.connect(capability: "\(profile)/security/\(role.rawValue).json")
    }

    /// Ends everything, and removes the profile. The engines leave by the controller's word, so that it does
    /// not wait.
    func stop() async {
        controller.stop(now: true)
        await withCheckedContinuation { continuation in
            let thread = Thread { [controller, engines, profile] in
                try? controller.waitUntilEnded()
                for engine in engines { engine.stop() }
                try? FileManager.default.removeItem(atPath: profile)
                continuation.resume()
            }
            thread.start()
        }
    }

    /// Runs `body` with a farm and a client, and ends both.
    static func with(
        engines: Int = 1, slots: UInt32 = 1, node: NodeLimits? = nil,
        _ body: (TestFarm, TaskClient) async throws -> Void
    ) async throws {
        let farm = try TestFarm(engines: engines, slots: slots, node: node)
        let client: TaskClient
        do {
            client = try await farm.connect()
        } catch {
            await farm.stop()
            throw error
        }
        do {
            try await body(farm, client)
        } catch {
            await client.close()
            await farm.stop()
            throw error
        }
        await client.close()
        await farm.stop()
    }
}
