import TaskFarm
import Testing

@Suite struct JobComparisonTests {
    private func task(
        _ name: String, _ json: String? = nil, _ state: TaskState = .succeeded, seconds: Double? = nil
    ) throws -> ComparedTask {
        ComparedTask(
            name: name, state: state, seconds: seconds,
            value: try json.map { try JSONValue(parsing: Array($0.utf8)) })
    }

    /// What changed between two values of one task: `error 1 → 2`, with `!` for what is worse.
    private func changes(
        _ old: String?, _ new: String?, _ rules: ComparisonRules = ComparisonRules()
    ) throws -> [String] {
        JobComparison(old: [try task("a", old)], new: [try task("a", new)], rules: rules).changes.map {
            "\($0.isWorse ? "!" : "")\($0.what.word) \($0.old?.text ?? "-") → \($0.new?.text ?? "-")"
        }
    }

    private func worse(_ field: String, isFall: Bool = false, tolerance: Double = 1e-9) -> ComparisonRules {
        var rules = ComparisonRules()
        rules.worse = [.init(field, isFall: isFall)]
        rules.tolerance = tolerance
        return rules
    }

    @Test(arguments: [
        (#"{"e":1}"#, #"{"e":1.0}"#), (#"{"e":1}"#, #"{"e":1.0000000005}"#), (#"{"e":-0.0}"#, #"{"e":0}"#),
        (#"{"e":"nan"}"#, #"{"e":"NaN"}"#), (#"{"e":"inf"}"#, #"{"e":"Infinity"}"#),
        (#"{"e":null}"#, #"{}"#), (#"{"e":{}}"#, #"{"e":[]}"#), (#"{"a":1,"b":2}"#, #"{"b":2,"a":1}"#),
        ("7", "7.0"), (#"{"x":{"y":[1,2]}}"#, #"{"x":{"y":[1.0,2]}}"#),
    ])
    func `what is the same`(_ old: String, _ new: String) throws {
        #expect(try changes(old, new) == [])
    }

    private static let changed: [(String, String, [String])] = [
        (#"{"e":1}"#, #"{"e":1.00000001}"#, ["result.e 1 → 1.00000001"]),
        (#"{"e":0}"#, #"{"e":1e-300}"#, ["result.e 0 → 1e-300"]),
        (#"{"e":1}"#, #"{"e":"nan"}"#, ["result.e 1 → nan"]),
        (#"{"e":"inf"}"#, #"{"e":"-inf"}"#, ["result.e inf → -inf"]),
        (#"{"e":1e308}"#, #"{"e":"inf"}"#, ["result.e 1e308 → inf"]),
        (#"{"e":1}"#, #"{"e":null}"#, ["result.e 1 → -"]),
        (#"{"e":1}"#, #"{"f":1}"#, ["result.f - → 1", "result.e 1 → -"]),
        (#"{"s":"up"}"#, #"{"s":"down"}"#, ["result.s up → down"]),
        (#"{"s":"1"}"#, #"{"s":1}"#, ["result.s 1 → 1"]),
        (#"{"b":true}"#, #"{"b":false}"#, ["result.b true → false"]),
        ("1", "2", ["result 1 → 2"]), ("[1,2]", "[1,3]", ["result[1] 2 → 3"]),
        (
            #"{"x":{"y":[1,2],"a.b":3}}"#, #"{"x":{"y":[1,5],"a.b":4}}"#,
            ["result.x.y[1] 2 → 5", #"result.x["a.b"] 3 → 4"#]
        ),
        ("null", "1", ["result - → 1"]),
    ]

    @Test(arguments: changed)
    func `what has changed is told field by field`(_ old: String, _ new: String, _ wanted: [String]) throws {
        #expect(try changes(old, new) == wanted)
    }

    @Test func `tolerances are relative, and a field's own goes before the common one`() throws {
        var rules = ComparisonRules()
        rules.tolerance = 0
        rules.fieldTolerances = ["e": 0.1, "norms": 0.5, "norms.max": 0]
        #expect(try changes(#"{"e":100}"#, #"{"e":109}"#, rules) == [])
        #expect(try changes(#"{"e":100}"#, #"{"e":112}"#, rules) == ["result.e 100 → 112"])
        #expect(try changes(#"{"norms":{"l2":4}}"#, #"{"norms":{"l2":6}}"#, rules) == [])
        #expect(try changes(#"{"norms":{"max":4}}"#, #"{"norms":{"max":5}}"#, rules).count == 1)
        // One double, two integers.
        let (old, new) = (#"{"n":9007199254740992}"#, #"{"n":9007199254740993}"#)
        #expect(try changes(old, new, rules).count == 1)
        #expect(try changes(old, new) == [])
        rules.tolerance = 2
        #expect(try changes(#"{"noise":-1e-17}"#, #"{"noise":3e-12}"#, rules) == [])
    }

    @Test func `a declared field is worse when it rises, or falls, or loses its number`() throws {
        #expect(try changes(#"{"e":1}"#, #"{"e":2}"#, worse("e")) == ["!result.e 1 → 2"])
        #expect(try changes(#"{"e":2}"#, #"{"e":1}"#, worse("e")) == ["result.e 2 → 1"])
        #expect(try changes(#"{"e":2}"#, #"{"e":1}"#, worse("e", isFall: true)) == ["!result.e 2 → 1"])
        #expect(try changes(#"{"e":2}"#, #"{"e":"nan"}"#, worse("e")) == ["!result.e 2 → nan"])
        #expect(try changes(#"{"e":2}"#, "{}", worse("e", isFall: true)) == ["!result.e 2 → -"])
        #expect(try changes(#"{"e":2}"#, #"{"e":"bad"}"#, worse("e")) == ["!result.e 2 → bad"])
        #expect(try changes(#"{"e":"nan"}"#, #"{"e":2}"#, worse("e")) == ["result.e nan → 2"])
        #expect(try changes(#"{"e":2}"#, #"{"e":"inf"}"#, worse("e")) == ["!result.e 2 → inf"])
        let ok = worse("ok", isFall: true)
        #expect(try changes(#"{"ok":true}"#, #"{"ok":false}"#, ok) == ["!result.ok true → false"])
        #expect(try changes(#"{"ok":false}"#, #"{"ok":true}"#, ok) == ["result.ok false → true"])
        #expect(try changes("1", "2", worse("result")) == ["!result 1 → 2"])
        #expect(try changes("[1]", "[2]", worse("result")) == ["!result[0] 1 → 2"])
        #expect(try changes(#"{"n":{"l2":1}}"#, #"{"n":{"l2":2}}"#, worse("n")) == ["!result.n.l2 1 → 2"])
        // Within the tolerance nothing has happened.
        #expect(try changes(#"{"e":1}"#, #"{"e":1.04}"#, worse("e", tolerance: 0.05)) == [])
    }

    @Test func `a task that does not succeed any more is worse; one that does again is not`() throws {
        let old = [
            try task("a"), try task("b", nil, .failed), try task("c"), try task("d", nil, .failed),
            try task("e"),
        ]
        let new = [
            try task("a", nil, .expired), try task("b"), try task("c", nil, .running),
            try task("d", nil, .impossible), try task("e"),
        ]
        let found = JobComparison(old: old, new: new)
        #expect(
            found.changes.map { "\($0.name) \($0.isWorse)" } == ["a true", "b false", "c false", "d false"])
        #expect(found.changes[0].old == .string("succeeded") && found.changes[0].new == .string("expired"))
        #expect(found.sharedCount == 5 && found.changedCount == 4 && found.worseCount == 1)
        #expect(found.unfinishedCount == 1 && found.gotWorse)
    }

    @Test func `times are compared when asked for, and by a tenth of a second at least`() throws {
        var rules = ComparisonRules()
        func times(_ old: Double?, _ new: Double?) throws -> [Bool] {
            JobComparison(
                old: [try task("a", seconds: old)], new: [try task("a", seconds: new)], rules: rules
            ).changes.map(\.isWorse)
        }
        #expect(try times(1, 100) == [])
        rules.slowerRatio = 1.5
        #expect(try times(1, 1.5) == [])
        #expect(try times(1, 1.51) == [true])
        #expect(try times(1.51, 1) == [false])
        #expect(try times(0.01, 0.1) == [])
        #expect(try times(0, 0.2) == [true])
        #expect(try times(nil, 1) == [])
    }

    @Test func `new and gone points are no change for the worse`() throws {
        let found = JobComparison(
            old: [try task("a"), try task("b")], new: [try task("b"), try task("c", nil, .failed)])
        #expect(found.changes.map(\.what) == [.new, .gone])
        #expect(found.changes.map(\.name) == ["c", "a"])
        #expect(found.newCount == 1 && found.goneCount == 1 && found.sharedCount == 1)
        #expect(found.changedCount == 0 && !found.gotWorse)
    }

    @Test func `equal names, and tasks without one, are matched in the order of their indices`() throws {
        let old = [try task("a", "1"), try task("", "2"), try task("a", "3"), try task("", "4")]
        let new = [try task("", "2"), try task("a", "1"), try task("", "5"), try task("a", "6")]
        let found = JobComparison(old: old, new: new)
        #expect(found.changes.map(\.name) == ["#2", "a #2"])
        #expect(found.changes.map(\.old?.text) == ["4", "3"])
        let fewer = JobComparison(old: old, new: [try task("a", "1")])
        #expect(fewer.changes.map(\.name) == ["#1", "a #2", "#2"])
    }

    @Test func `what is worse stands first, and its change is told as a part`() throws {
        let old = [try task("a", #"{"e":4,"f":1}"#), try task("b", #"{"e":-2}"#)]
        let new = [try task("a", #"{"e":3,"f":"x"}"#), try task("b", #"{"e":-1}"#)]
        let found = JobComparison(old: old, new: new, rules: worse("e"))
        #expect(found.changes.map(\.name) == ["b", "a", "a"])
        #expect(found.changes.map(\.relativeChange) == [0.5, -0.25, nil])
        #expect(found.changedCount == 2 && found.worseCount == 1)
    }
}
