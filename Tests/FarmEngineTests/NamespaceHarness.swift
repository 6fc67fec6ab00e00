import FarmFunctions
import FarmTemplate
import FarmTransport
import Foundation
import Testing

@testable import FarmEngine

/// What a prompt gives.
struct Prompt: Decodable, Equatable {
    var prompt: Int
    var result: String?
    var stdout: String
    var stderr: String
}

/// An engine whose namespace is called as a client does: in its lane, one call after the other.
final class NamespaceHarness {
    let engine: EngineHarness
    private var next: UInt32 = 0
    private var groups: [String: UInt32] = [:]

    init(python: String = "python3", slots: Int = 1, functions: [any TaskFunction.Type] = []) throws {
        engine = try EngineHarness(slots: slots, functions: functions, python: python)
    }

    func stop() { engine.stop() }

    /// Sends a call of one of the namespace's functions.
    /// - Returns: its task's index.
    func begin(
        _ name: String, _ input: [UInt8] = [], lane: String = "namespace", timeout: Int64 = 0,
        grace: Int64 = .seconds(5)
    ) -> UInt32 {
        let key = "\(name) \(lane) \(timeout) \(grace)"
        let group = groups[key] ?? UInt32(groups.count)
        if groups.updateValue(group, forKey: key) == nil {
            engine.define(
                TaskTemplate(.function("namespace." + name, with: nil)), group: group, timeout: timeout,
                grace: grace, lane: lane)
        }
        defer { next += 1 }
        engine.dispatch(next..<next + 1, group: group, payload: input)
        return next
    }

    func call(_ name: String, _ input: [UInt8] = []) async -> EngineHarness.Ended {
        await engine.end(of: begin(name, input))
    }

    func beginExecute(_ code: String, timeout: Int64 = 0, grace: Int64 = .seconds(5)) throws -> UInt32 {
        begin("execute", try PayloadCodec.encode(["code": code]), timeout: timeout, grace: grace)
    }

    func execute(_ code: String) async throws -> EngineHarness.Ended {
        await engine.end(of: try beginExecute(code))
    }

    /// What a prompt that goes well gives.
    func prompt(_ code: String) async throws -> Prompt {
        let ended = try await execute(code)
        try #require(ended.state == .succeeded, "\(code): \(ended.error)")
        return try ended.value(Prompt.self)
    }

    func push(_ bundle: PayloadBundle) async -> EngineHarness.Ended {
        await call("push", [PayloadCodec.bytes.rawValue] + bundle.encoded())
    }

    func push(_ name: String, _ payload: [UInt8]) async -> EngineHarness.Ended {
        var bundle = PayloadBundle()
        bundle.set(payload, for: name)
        return await push(bundle)
    }

    func pull(_ names: String...) async throws -> PayloadBundle {
        let ended = await call("pull", try PayloadCodec.encode(names))
        try #require(ended.state == .succeeded, "\(names): \(ended.error)")
        return try PayloadBundle(decoding: Array(ended.value.dropFirst()))
    }

    func keys() async throws -> [String] {
        let ended = await call("keys")
        try #require(ended.state == .succeeded, "\(ended.error)")
        return try ended.value([String].self)
    }
}
