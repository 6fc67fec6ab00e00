import MultiEngine

/// What docs/multiengine.md shows of Swift, run against a farm of four engines.
enum MultiEngineSnippets {
    static func session(profile: String) async throws -> MultiEngineClient {
        let mec = try await MultiEngineClient.connect(profile: profile)
        try await mec.waitForEngines(4)
        print(try await mec.execute("print(\"Hello World\")"))
        return mec
    }

    static func values(_ mec: MultiEngineClient) async throws -> (a: [Double], sum: Double, roots: [Double]) {
        try await mec.push(["a": 1.5, "name": "heat"])
        try await mec.on([0, 2])["a"].set(3.0)
        let a = try await mec["a"].get(as: Double.self)  // [3.0, 1.5, 3.0, 1.5]

        try await mec.scatter((0..<1000).map(Double.init), as: "x")
        try await mec.execute("s = sum(x)")
        let sums = try await mec.pull("s", as: Double.self)
        let roots = try await mec.map("lambda v: v ** 0.5", [1.0, 4.0, 9.0], returning: Double.self)
        return (a, sums.reduce(0, +), roots)
    }

    static func pending(_ mec: MultiEngineClient) async throws -> [Int] {
        try await mec.execute("for i in range(3): print(i)") { output in
            print(output.engine, output.text, terminator: "")
        }

        let first = try await mec.submit(.execute("import time; time.sleep(0.1); y = 1"))
        let second = try await mec.submit(.pull("y", as: Int.self))
        try await mec.barrier(first, second)
        let y = try await second.value
        return y
    }

    static func failures(_ mec: MultiEngineClient) async throws -> [String] {
        do {
            try await mec.execute("1 / (a - 3)")
        } catch let error as CompositeError {
            for failure in error.failures { print(failure) }
            let kept = error.result(of: EngineID(1), as: CommandResult.self)
            print(kept?.result ?? "", error.tracebacks)
            return error.failures.map(\.description) + [kept?.result ?? ""]
        }
        return []
    }
}
