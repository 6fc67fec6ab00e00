import FarmTransport
import Testing

@testable import TaskFarm

@Suite struct EachEngineTests {
    private struct Store: TaskFunction {
        static let name = "store"
        func run(_ input: [UInt8], _ context: TaskContext) async throws -> Nothing { Nothing() }
    }

    private let engines = (0..<16).map { EngineID($0) }

    private func options(sharing bytes: Int = 0) throws -> TaskOptions {
        var options = TaskOptions(name: "push")
        options.lane = "namespace"
        if bytes > 0 { try options.share([UInt8](repeating: 7, count: bytes)) }
        return options
    }

    @Test func `what all engines get is in the submission once`() throws {
        let parts = try FunctionParts.each(Store.self, nil, engines, try options(sharing: 1 << 20))
        #expect(parts.count == 1 && parts[0].isLast && parts[0].templates.count == 1)
        #expect(parts[0].groups.map(\.policy.targets) == engines.map { [$0.description] })
        #expect(parts[0].groups.allSatisfy { $0.count == 1 && $0.template == 0 && $0.payloads.bytes.isEmpty })
        #expect(parts[0].groups.allSatisfy { $0.policy.lane == "namespace" })
        #expect((1 << 20...(1 << 20) + 200).contains(parts[0].templates[0].count))
    }

    @Test func `large inputs of their own go in several parts, each a group an engine`() throws {
        let inputs = engines.map { [UInt8](repeating: UInt8($0.raw), count: 100 << 10) }
        let parts = try FunctionParts.each(Store.self, inputs, engines, try options())
        #expect(parts.count == 8 && parts.filter(\.isLast).count == 1 && parts.last?.isLast == true)
        #expect(parts.filter { $0.header != nil }.count == 1 && Set(parts.map(\.key)).count == 1)
        let groups = parts.flatMap(\.groups)
        #expect(groups.map { $0.payloads.bytes.last } == engines.map { UInt8($0.raw) })
        #expect(groups.allSatisfy { $0.count == 1 && $0.payloads.count == 1 })
    }
}
