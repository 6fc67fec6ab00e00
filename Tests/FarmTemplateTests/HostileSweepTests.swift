import FarmTemplate
import Testing

/// What a peer may send as a template: refused, or cheap to use.
@Suite struct HostileSweepTests {
    /// Steps that looking at a point may take; a filter looks at 1,024 points to find one.
    private static let mostSteps = 16_000

    private static func grid(_ axes: [String]) -> String {
        #"{"kind":"grid","of":["# + axes.joined(separator: ",") + "]}"
    }

    private static func one(_ name: String) -> String { #"{"kind":"values","name":"\#(name)","values":[1]}"# }

    private static func filter(_ base: String, when: String? = nil, exclude: [String] = []) -> String {
        #"{"kind":"filter","of":"# + base + (when.map { #","when":"\#($0)""# } ?? "")
            + (exclude.isEmpty ? "" : #","exclude":["# + exclude.joined(separator: ",") + "]")
            + #","counts":"AB"}"#
    }

    private static func sets(_ count: Int, of names: Int, each: Int) -> [String] {
        (0..<count).map { set in
            "{" + (0..<each).map { #""p\#((set + $0) % names)":0"# }.joined(separator: ",") + "}"
        }
    }

    private static let many = grid((0..<20_000).map { one("p\($0)") })
    private static let most = grid((0..<1_000).map { one("p\($0)") })

    static let refused: [(String, String)] = [
        ("many parameters", many),
        ("many parameters in a filter", filter(many, exclude: sets(1, of: 20_000, each: 20_000))),
        ("many parameters in a zip", many.replacing(#""grid""#, with: #""zip""#)),
        (
            "many parameters in a list",
            #"{"kind":"list","names":["# + (0..<20_000).map { #""p\#($0)""# }.joined(separator: ",")
                + #"],"values":["# + [String](repeating: "1", count: 20_000).joined(separator: ",") + "]}"
        ),
        ("many sets of exclusions", filter(most, exclude: sets(65, of: 1_000, each: 2))),
        ("wide sets of exclusions", filter(most, exclude: sets(64, of: 1_000, each: 900))),
        (
            "a range that leads away",
            #"{"kind":"range","name":"x","from":"0","to":"-1e-200","step":"1e-200"}"#
        ),
        ("a range of no numbers", #"{"kind":"range","name":"x","from":"nan","to":"1","step":"1"}"#),
        ("a range too long", #"{"kind":"range","name":"x","from":"-1e308","to":"1e308","step":"1e-308"}"#),
        ("a long condition", filter(most, when: String(repeating: "p1 < 1 or ", count: 2_000) + "p1 < 1")),
        (
            "no counts",
            filter(#"{"kind":"range","name":"x","from":"0","to":"9999","step":"1"}"#, when: "x < 0")
        ),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: refused)
    func `a sweep that would cost much is refused`(_ what: String, _ json: String) throws {
        let value = try JSONValue(parsing: Array(json.utf8))
        let error = #expect(throws: TemplateError.self, "\(what)") { try Sweep(json: value) }
        // A message is kept, sent and shown.
        #expect((error?.message.utf8.count ?? 0) < 2_000)
    }

    static let taken: [(String, String)] = [
        ("all parameters in one exclusion", filter(most, exclude: sets(1, of: 1_000, each: 1_000))),
        ("the most sets", filter(most, exclude: sets(64, of: 1_000, each: 64))),
        (
            "the longest condition",
            filter(most, when: (0..<1_300).map { "p\($0 % 1_000)<2" }.joined(separator: " or "))
        ),
        (
            "the longest list",
            filter(most, when: "p1 in [" + (0..<3_000).map { "\($0)" }.joined(separator: ",") + "]")
        ),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: taken)
    func `what is taken looks at a point in bounded steps`(_ what: String, _ json: String) throws {
        let sweep = try Sweep(json: JSONValue(parsing: Array(json.utf8)))
        guard case .filter(let filter) = sweep.axis else {
            Issue.record("\(what): no filter")
            return
        }
        #expect((1...Self.mostSteps).contains(filter.stepsPerPoint), "\(what): \(filter.stepsPerPoint)")
        #expect(try sweep.values(at: 0).count == 1_000)
    }
}
