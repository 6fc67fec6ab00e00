import FarmTransport
import Foundation
import TaskFarm
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConnectTests {
    @Test func `no profile is an error that says how to get one`() async throws {
        let error = await #expect(throws: TaskClientError.self) {
            try await TaskClient.connect(profile: "/tmp/no-such-profile-\(UUID().uuidString)")
        }
        #expect(error?.code == .noProfile)
        #expect(error?.message.contains("tasks cluster start") == true)
    }

    @Test func `a capability of a controller that has ended is an error that says so`() async throws {
        let farm = try TestFarm(engines: 0)
        let kept = "\(farm.profile)-kept.json"
        try FileManager.default.copyItem(atPath: "\(farm.profile)/security/task-client.json", toPath: kept)
        defer { try? FileManager.default.removeItem(atPath: kept) }
        await farm.stop()
        let error = await #expect(throws: TaskClientError.self) {
            try await TaskClient.connect(capability: kept)
        }
        #expect(error?.code == .noController)
    }

    @Test func `an engine's capability is refused as one that may not`() async throws {
        try await TestFarm.with(engines: 0) { farm, _ in
            let error = await #expect(throws: TaskClientError.self) { try await farm.connect(role: .engine) }
            #expect(error?.code == .notPermitted)
        }
    }

    @Test func `a capability of another controller is refused`() async throws {
        try await TestFarm.with(engines: 0) { farm, _ in
            let other = try TestFarm(engines: 0)
            let path = "\(farm.profile)/mixed.json"
            let mine = try Capability.load(path: "\(farm.profile)/security/task-client.json")
            var text = try String(
                contentsOfFile: "\(other.profile)/security/task-client.json", encoding: .utf8)
            let theirs = try Capability.load(path: "\(other.profile)/security/task-client.json")
            text = text.replacingOccurrences(of: theirs.endpoints[0], with: mine.endpoints[0])
                .replacingOccurrences(
                    of: theirs.endpoints[0].replacingOccurrences(of: "/", with: "\\/"),
                    with: mine.endpoints[0])
            let isMade = FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
            #expect(isMade)
            let error = await #expect(throws: TaskClientError.self) {
                try await TaskClient.connect(capability: path)
            }
            #expect([.keyRefused, .wrongController].contains(error?.code))
            await other.stop()
        }
    }

    @Test func `an open capability file is refused with what to do`() async throws {
        try await TestFarm.with(engines: 0) { farm, _ in
            let path = "\(farm.profile)/security/task-client.json"
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            let error = await #expect(throws: TaskClientError.self) {
                try await TaskClient.connect(capability: path)
            }
            #expect(error?.code == .badCapability)
            #expect(error?.message.contains("chmod 600") == true)
        }
    }

    @Test func `an observer sees and may not submit or cancel`() async throws {
        try await TestFarm.with { farm, client in
            let job = try await client.submit(Hold.self, 1).job
            let observer = try await farm.connect(role: .observer)
            #expect(observer.role == "observer")
            #expect(try await observer.jobs().count == 1)
            var error = await #expect(throws: TaskClientError.self) {
                try await observer.submit(Square.self, 1)
            }
            #expect(error?.code == .notPermitted)
            error = await #expect(throws: TaskClientError.self) { try await observer.cancel(job.id) }
            #expect(error?.code == .notPermitted)
            // Still there: nothing was sent that the controller would have muted it for.
            #expect(try await observer.jobs().count == 1)
            await observer.close()
        }
    }

    @Test func `after closing everything fails with closed and what waited does too`() async throws {
        try await TestFarm.with(engines: 0) { farm, _ in
            let client = try await farm.connect()
            let task = try await client.submit(Square.self, 1)
            let wait = Task { try await task.value }
            await Task.yield()
            await client.close()
            var error = await #expect(throws: TaskClientError.self) { try await wait.value }
            #expect(error?.code == .closed)
            error = await #expect(throws: TaskClientError.self) { try await client.jobs() }
            #expect(error?.code == .closed)
            error = await #expect(throws: TaskClientError.self) { try await client.submit(Square.self, 1) }
            #expect(error?.code == .closed)
            error = await #expect(throws: TaskClientError.self) { try await client.map(Square.self, 0..<10) }
            #expect(error?.code == .closed)
            await client.close()
        }
    }

    @Test func `patience waits for a controller that is not there yet`() async throws {
        let profile = FileManager.default.temporaryDirectory.path + "/task-farm-\(UUID().uuidString)"
        let connecting = Task { try await TaskClient.connect(profile: profile, patience: .seconds(30)) }
        let farm = try TestFarm(engines: 0, at: profile)
        let client = try await connecting.value
        #expect(client.isConnected)
        await client.close()
        await farm.stop()
    }

    @Test func `connecting can be cancelled`() async throws {
        let connecting = Task {
            try await TaskClient.connect(
                profile: "/tmp/no-such-profile-\(UUID().uuidString)", patience: .seconds(600))
        }
        connecting.cancel()
        let error = await #expect(throws: TaskClientError.self) { try await connecting.value }
        #expect(error?.code == .interrupted)
    }
}
