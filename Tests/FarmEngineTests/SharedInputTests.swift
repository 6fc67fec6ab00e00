import FarmFunctions
import FarmTemplate
import Testing

@testable import FarmEngine

/// What the calls of a template share goes with the template, once, and not with each call.
@Suite(.timeLimit(.minutes(2))) struct SharedInputTests {
    private func bundle(_ values: [String: Int]) throws -> [UInt8] {
        var bundle = PayloadBundle()
        for (name, value) in values { try bundle.set(value, for: name) }
        return [PayloadCodec.bytes.rawValue] + bundle.encoded()
    }

    /// Sends one call of the template with this payload.
    private func call(
        _ name: String, _ space: NamespaceHarness, group: UInt32, sharing shared: [UInt8], _ own: [UInt8]
    ) async -> EngineHarness.Ended {
        var template = TaskTemplate(.function("namespace." + name, with: nil))
        template.shared = shared
        space.engine.define(template, group: group, lane: "namespace")
        space.engine.dispatch(group..<group + 1, group: group, payload: own)
        return await space.engine.end(of: group)
    }

    @Test(arguments: [false, true]) func `shared values are pushed, and the call's own count`(
        _ hasKernel: Bool
    ) async throws {
        let space = try NamespaceHarness()
        defer { space.stop() }
        if hasKernel { _ = try await space.prompt("1") }
        let shared = try bundle(["a": 1, "b": 2])
        #expect(await call("push", space, group: 1000, sharing: shared, []).state == .succeeded)
        let first = try await space.pull("a", "b")
        #expect(try first.value("a", as: Int.self) == 1 && first.value("b", as: Int.self) == 2)
        let both = await call("push", space, group: 1001, sharing: shared, try bundle(["b": 3, "c": 4]))
        #expect(both.state == .succeeded, "\(both.error)")
        let second = try await space.pull("a", "b", "c")
        let values = try ["a", "b", "c"].map { try second.value($0, as: Int.self) }
        #expect(values == [1, 3, 4])
    }

    @Test func `a function that is shared is applied to each call's arguments`() async throws {
        let space = try NamespaceHarness()
        defer { space.stop() }
        var shared = PayloadBundle()
        shared.set([PayloadCodec.string.rawValue] + "pow".utf8, for: "function")
        var own = PayloadBundle()
        own.set([PayloadCodec.json.rawValue] + "[2, 10]".utf8, for: "args")
        let ended = await call(
            "apply", space, group: 1000, sharing: [PayloadCodec.bytes.rawValue] + shared.encoded(),
            [PayloadCodec.bytes.rawValue] + own.encoded())
        #expect(try ended.value(Int.self) == 1024)
    }

    @Test func `what is shared and is no bundle is told`() async throws {
        let space = try NamespaceHarness()
        defer { space.stop() }
        let ended = await call("push", space, group: 1000, sharing: try PayloadCodec.encode(7), [])
        #expect(ended.state == .failed && ended.error.contains("expected a bundle"), "\(ended.error)")
    }
}
