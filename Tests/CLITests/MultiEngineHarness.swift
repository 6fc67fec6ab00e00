import Foundation
import Glibc
import MultiEngine
import Testing

extension Farmyard {
    /// Runs `body` with a client of a farm of so many engines.
    func multiEngine(
        _ engines: Int, slots: Int = 1, _ body: (MultiEngineClient) async throws -> Void
    ) async throws {
        try ok("cluster", "start", "-n", "\(engines)", "--slots", "\(slots)")
        defer { _ = try? tasks("cluster", "stop", "--now") }
        let mec = try await MultiEngineClient.connect(
            capability: "\(home)/farm/default/security/multiengine-client.json")
        try await mec.waitForEngines(engines)
        try await body(mec)
        await mec.close()
    }

    /// As `eventually`, for what Swift tasks of this process do: they get a thread while this waits. By looks,
    /// not by the clock: tests that wait for a process keep Swift's few threads busy, so that half a minute
    /// may pass from one look to the next, also for the client that is waited for.
    func until(_ what: String, looks: Int = 1_500, _ condition: () throws -> Bool) async throws {
        for _ in 0..<looks {
            if try condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Trouble("not within \(looks) looks: \(what)")
    }

    /// A Python text that waits for a file of the yard.
    func waiting(for name: String) -> String {
        "import os, time\nwhile not os.path.exists(\"\(directory)/\(name)\"): time.sleep(0.005)\n"
    }

    /// A Python text that makes a file of the yard.
    func marking(_ name: String) -> String { "open(\"\(directory)/\(name)\", \"a\").write(\"x\")\n" }

    func exists(_ name: String) -> Bool { access("\(directory)/\(name)", F_OK) == 0 }
}

/// The failure of a command that has to fail on some engine.
func composite(
    location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async throws -> CompositeError {
    try #require(
        await #expect(throws: CompositeError.self, sourceLocation: location) { try await body() },
        sourceLocation: location)
}
