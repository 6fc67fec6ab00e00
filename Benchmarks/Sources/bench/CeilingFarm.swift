import Foundation

/// The C programs that carry tasks and do nothing else: a controller and some engines.
final class CeilingFarm {
    private let program: String
    private let directory: String
    private let front: String
    private var environment: [String: String] = [:]
    private let controller: Child
    private var engines: [Child] = []

    /// Starts them.
    init(_ program: String, engines count: Int, bodyBytes: Int, curve: Bool = false) throws {
        self.program = program
        directory = NSTemporaryDirectory() + "ceiling-\(getpid())"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var back = "ipc://\(directory)/back"
        if curve {
            let port = Int.random(in: 20_000..<30_000)
            (front, back) = ("tcp://127.0.0.1:\(port)", "tcp://127.0.0.1:\(port + 1)")
            try Child(program, ["keys"]).finish().write(
                toFile: directory + "/keys", atomically: true, encoding: .utf8)
            environment["CEILING_KEYS"] = directory + "/keys"
        } else {
            front = "ipc://\(directory)/front"
        }
        controller = try Child(
            program, ["controller", front, back, "256", "1", "\(bodyBytes)"], environment: environment,
            quiet: true)
        for _ in 0..<count {
            engines.append(try Child(program, ["engine", back], environment: environment))
        }
    }

    /// What a client prints that measures so.
    func measure(_ arguments: [String]) throws -> String {
        try Child(program, ["client", front] + arguments, environment: environment).finish()
    }

    /// Ends them.
    func end() throws {
        defer {
            for engine in engines { engine.kill() }
            try? FileManager.default.removeItem(atPath: directory)
        }
        _ = try measure(["stop"])
        _ = try controller.finish()
    }
}
