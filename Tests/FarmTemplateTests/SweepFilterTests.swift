import FarmTemplate
import Testing

private func axis(_ name: String, _ from: Int, _ to: Int) throws -> SweepAxis {
    .range(name: name, try NumberRange(from: "\(from)", to: "\(to)"))
}

private func value(_ text: String) -> ParameterValue { ParameterValue(.number(text)) }

private func texts(_ sweep: Sweep) throws -> [[String]] {
    try (0..<sweep.count).map { try sweep.values(at: $0).map(\.text) }
}

private func filtered(
    _ base: SweepAxis, _ when: String?, _ excluded: [[SweepExclusion]] = []
) throws -> Sweep {
    try Sweep(
        .filter(
            SweepFilter(base, when: try when.map { try Condition(parsing: $0) }, excluding: excluded)))
}

@Suite struct SweepFilterTests {
    @Test func `a filter keeps the order and what it keeps is what a loop keeps`() throws {
        let base = SweepAxis.grid([
            try axis("a", 0, 49), .zip([try axis("b", 0, 69), try axis("c", 30, 99)]),
        ])
        let sweep = try filtered(
            base, "a < b and not (c == 50 or a in [3, 4])",
            [
                [.init("a", value("7"))], [.init("b", value("60.0")), .init("a", value("8"))],
                [.init("a", value("9")), .init("b", value("1e1"))],
            ])
        var wanted: [[String]] = []
        for a in 0...49 where a != 3 && a != 4 && a != 7 {
            for b in 0...69 where a < b && b != 20 {
                if (a, b) == (8, 60) || (a, b) == (9, 10) { continue }
                wanted.append(["\(a)", "\(b)", "\(b + 30)"])
            }
        }
        #expect(try texts(sweep) == wanted)
        let copy = try Sweep(json: JSONValue(parsing: sweep.json.encoded()))
        #expect(copy == sweep)
        #expect(try texts(copy) == wanted)
    }

    @Test func `a filter sees into grids in grids, chains and lists`() throws {
        let list = SweepAxis.list(names: ["x", "y"], values: ["1", "2", "3", "4"].map(value))
        let base = SweepAxis.grid([
            .grid([try axis("a", 1, 3), .grid([try axis("b", 1, 4), try axis("c", 1, 2)])]),
            .chain([list, list]),
        ])
        let all = try texts(Sweep(base))
        let sweep = try filtered(base, "b == 3 and x == 3 or c == 2 and a == 1 and y != 4")
        #expect(
            try texts(sweep)
                == all.filter {
                    $0[1] == "3" && $0[3] == "3" || $0[2] == "2" && $0[0] == "1" && $0[4] != "4"
                })
    }

    @Test(.timeLimit(.minutes(1))) func `a million points are filtered and any of them is found`() throws {
        let sweep = try filtered(.grid([try axis("a", 0, 999), try axis("b", 0, 999)]), "a <= b")
        #expect(sweep.count == 500_500)
        #expect(try sweep.values(at: 500_499).map(\.text) == ["999", "999"])
        #expect(try sweep.values(at: 1000).map(\.text) == ["1", "1"])
        #expect(sweep.json.encoded().count < 2_500)
    }

    @Test(arguments: [
        ("n == 0.10", true), ("n == '0.1'", false), ("n != 1", true), ("n<.2", true), ("n >= 1e-1", true),
        ("mode == \"fast\"", true), ("mode == 'Fast'", false), ("mode < 'g'", true), ("mode > 5", false),
        ("mode in ['slow', 'fast']", true), ("mode not in ['slow', 'fast']", false), ("flag == true", true),
        ("not flag == true or n in [1,0.1]", true), ("none == null", true), ("none != null", false),
        ("true and (false or not false)", true), ("n == 1 or n == 2 and mode == 'fast'", false),
        ("(n == 1 or n > -2) and mode == 'fast'", true), ("a-b == 3", true), ("n < a-b", true),
        ("not not n == 1", false), ("mode\n  == 'fast'", true), ("5 > 3", true), ("+5 == 5", true),
    ])
    func `a condition is true or false`(_ text: String, _ holds: Bool) throws {
        let point = SweepAxis.list(
            names: ["n", "mode", "flag", "none", "a-b"],
            values: [
                ParameterValue(.number("0.1")), ParameterValue(.string("fast")), ParameterValue(.bool(true)),
                ParameterValue(.null), ParameterValue(.number("3")),
            ])
        let filter = try SweepFilter(point, when: Condition(parsing: text), excluding: [])
        #expect(try SweepAxis.filter(filter).count() == (holds ? 1 : 0))
    }

    @Test(arguments: [
        ("", 0, "expected a parameter, a number or a quoted text, found the end"),
        ("n <", 3, "expected a parameter, a number or a quoted text, found the end"),
        ("n = 1", 2, "“=” means nothing here: write `==`"),
        ("n < 1 && m < 1", 6, "“&” means nothing here: write `and`"),
        ("!n", 0, "“!” means nothing here: write `not`"),
        ("n < 1 < 2", 6, "expected the end, found “<”: join comparisons with `and`"),
        ("n % 2 == 0", 2, "“%” means nothing here: there are comparisons, and, or, not, in, ( ) and [ ]"),
        ("n", 0, "this is compared with nothing: write == true, or == and a value"),
        ("(n < 1", 6, "expected `)`, found the end"),
        ("n in 5", 5, "expected a list in [ ] behind `in`, found “5”"),
        ("n in [1 2]", 8, "expected `,` or `]`, found “2”"),
        ("n in [m]", 6, "a list behind `in` holds numbers and quoted texts, no parameters"),
        ("n == 'a", 5, "the quoted text has no end"), ("n not 5", 6, "expected `in` behind `not`, found “5”"),
        ("n == 5x", 5, "“5x” is neither a parameter nor a number: quote it if it is a text"),
        ("n < 1 n", 6, "expected `and`, `or` or the end, found “n”"),
        ("n == ä", 5, "“ä” means nothing here: there are comparisons, and, or, not, in, ( ) and [ ]"),
    ])
    func `a bad condition is told with its place`(_ text: String, _ offset: Int, _ message: String) {
        let error = #expect(throws: TemplateError.self) { try Condition(parsing: text) }
        #expect(error?.offset == offset)
        #expect(error?.message == message)
    }

    @Test func `deep and long conditions are refused rather than followed`() {
        let deep = String(repeating: "(", count: 10_000)
        let not = String(repeating: "not ", count: 4_000)
        for text in [deep, not, String(repeating: "a", count: 20_000)] {
            #expect(throws: TemplateError.self) { try Condition(parsing: text) }
        }
    }

    @Test func `a filter refuses unknown parameters, too many points and another filter`() throws {
        let base = try axis("alpha", 0, 9)
        let error = #expect(throws: TemplateError.self) { try filtered(base, "alhpa == 1") }
        #expect(error?.message == "the sweep has no parameter “alhpa”; did you mean “alpha”?")
        #expect(throws: TemplateError.self) { try filtered(base, nil, [[.init("b", value("1"))]]) }
        #expect(throws: TemplateError.self) { try filtered(base, nil, [[]]) }
        #expect(throws: TemplateError.self) { try filtered(base, "alpha == 77") }
        #expect(throws: TemplateError.self) { try filtered(axis("a", 0, 1 << 24), "a == 1") }
        let once = SweepFilter.limit
        #expect(once == 16_777_216)
        let inner = SweepAxis.filter(
            try SweepFilter(base, when: Condition(parsing: "alpha < 5"), excluding: []))
        #expect(try Sweep(inner).count == 5)
        #expect(throws: TemplateError.self) { try filtered(inner, "alpha < 3") }
    }

    @Test(arguments: ["AAAB", "A", "", "AAAAAA", "QAAA", "AAQA", "__AA", "A!AA", "AKé"])
    func `counts that cannot be are refused and those that are wrong end one task`(_ counts: String) throws {
        let good = try filtered(axis("a", 0, 1024), "a == 1024")
        let text = String(decoding: good.json.encoded(), as: UTF8.self)
        #expect(text.hasSuffix(#""counts":"AAAB"}"#))
        let other = text.replacing(#""AAAB""#, with: "\"\(counts)\"")
        guard let sweep = try? Sweep(json: JSONValue(parsing: Array(other.utf8))) else {
            #expect(counts != "AAAB")
            return
        }
        for index in 0..<sweep.count {
            if counts == "AAAB" {
                #expect(try sweep.values(at: index).map(\.text) == ["1024"])
            } else {
                #expect(throws: TemplateError.self) { try sweep.values(at: index) }
            }
        }
    }
}
