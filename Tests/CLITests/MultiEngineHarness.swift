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

    /// As `eventually`, for what Swift tasks of this process do: they get a thread while this waits.
    func until(_ what: String, seconds: Double = 30, _ condition: () throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while try !condition() {
            guard .now < end else { throw Trouble("not within \(seconds) s: \(what)") }
            try await Task.sleep(for: .milliseconds(20))
        }
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
