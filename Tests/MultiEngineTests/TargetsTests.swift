import Testing

@testable import MultiEngine

@Suite struct TargetsTests {
    private let there = [1, 2, 5].map { EngineID($0) }

    private func chosen(_ text: String, away: [UInt32] = []) throws -> [UInt32] {
        try EngineTargets(parsing: text)
            .resolve(attached: there, known: Set(there + away.map { EngineID($0) })).map(\.raw)
    }

    @Test(arguments: [
        ("all", [1, 2, 5]), ("5", [5]), ("5,1", [5, 1]), ("0:2", [1, 2]), ("1:", [2, 5]), (":-1", [1, 2]),
        ("-1:", [5]), (":", [1, 2, 5]), ("0:100", [1, 2, 5]), (" 1 , 2 ", [1, 2]),
    ])
    func `C52 targets are all, numbers, or a slice of the list`(text: String, wanted: [UInt32]) throws {
        #expect(try chosen(text) == wanted)
    }

    @Test(arguments: ["", "x", "1;2", "1,", "-1", "0:1:2", "a:b"])
    func `what names no engines is refused, and says how to`(text: String) {
        let error = #expect(throws: MultiEngineError.self) { try EngineTargets(parsing: text) }
        #expect(error?.code == .badInput && error?.message.contains("0:3") == true)
    }

    @Test func `C55 an unknown engine and no engines are told apart`() throws {
        let unknown = #expect(throws: MultiEngineError.self) { try chosen("3") }
        #expect(
            unknown?.code == .unknownEngine && unknown?.message == "there is no engine 3; there are 1, 2, 5")
        #expect(throws: MultiEngineError.self) { try chosen("3:") }
        #expect(throws: MultiEngineError.self) { try chosen("1,1") }
        let none = #expect(throws: MultiEngineError.self) {
            try EngineTargets.engines([EngineID(0)]).resolve(attached: [], known: [])
        }
        #expect(none?.code == .noEngines)
        #expect(try chosen("7", away: [7]) == [7], "one that is away for a moment is waited for")
        #expect(EngineTargets.all.description == "all" && (EngineTargets.slice(1, nil)).description == "1:")
    }
}
