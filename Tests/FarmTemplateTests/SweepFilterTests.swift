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
    @Test func `bare words in a condition are what they would be in the batch file`() throws {
        let modes = SweepAxis.values(
            name: "mode",
            [
                ParameterValue(.string("0755")), ParameterValue(.string("0644")),
                ParameterValue(text: "0x10", value: .number("16")), ParameterValue(.string("16")),
            ])
        #expect(try texts(filtered(modes, "mode != 0644")) == [["0755"], ["0x10"], ["16"]])
        #expect(try texts(filtered(modes, "mode == 0x10")) == [["0x10"]])
        #expect(try texts(filtered(modes, "mode in [0755, '16']")) == [["0755"], ["16"]])
    }

    @Test func `lists and mappings are equal by their values, and to no text`() throws {
        func list(_ numbers: String...) -> JSONValue { .array(numbers.map { .number($0) }) }
        func mapping(_ members: (String, String)...) -> JSONValue {
            .object(members.map { JSONMember($0.0, .number($0.1)) })
        }
        let all = SweepAxis.values(
            name: "n",
            [
                list("1", "2"), .string("[1,2]"), list("1", "2", "3"), mapping(("a", "1"), ("b", "2")),
                .string(#"{"a":1,"b":2}"#),
            ].map { ParameterValue($0) })
        func kept(_ excluded: JSONValue) throws -> [String] {
            try texts(filtered(all, nil, [[.init("n", ParameterValue(excluded))]])).map { $0[0] }
        }
        let rest = ["[1,2,3]", #"{"a":1,"b":2}"#, #"{"a":1,"b":2}"#]
        #expect(try kept(list("1.0", "2")) == ["[1,2]"] + rest)
        #expect(try kept(.string("[1,2]")) == ["[1,2]"] + rest)
        #expect(try kept(mapping(("b", "2"), ("a", "1e0"))) == ["[1,2]", "[1,2]", "[1,2,3]", rest[2]])
    }

    @Test func `random values are filtered as they are written`() throws {
        func axis(_ distribution: RandomValues.Distribution) throws -> SweepAxis {
            .random(name: "x", try RandomValues(distribution, count: 200, seed: 5, name: "x"))
        }
        for (distribution, condition) in [
            (.uniform(from: "0", to: "1"), "x < 0.25"), (.normal(mean: "0", deviation: "1"), "x < 0.25"),
            (.logUniform(from: "0.01", to: "1"), "x < 0.25"), (.integer(from: "-3", to: "3"), "x < 0.25"),
        ] as [(RandomValues.Distribution, String)] {
            let all = try texts(Sweep(axis(distribution)))
            let wanted = all.filter { Double($0[0]).map { $0 < 0.25 } ?? false }
            #expect(try texts(filtered(axis(distribution), condition)) == wanted)
            #expect(!wanted.isEmpty && wanted.count < 200)
        }
        let choice = RandomValues.Distribution.choice(["a", "b"].map { ParameterValue(.string($0)) })
        #expect(
            try texts(filtered(axis(choice), "x == 'a'")) == texts(Sweep(axis(choice))).filter { $0 == ["a"] }
        )
    }

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
        ("n in [1, 0.1,]", true), ("0x10 == 16", true), ("0o17 == 15", true), (".5 == 0.50", true),
        ("0644 == '0644'", true), ("0644 == 644", false), ("2026-11-23 < 2026-11-24", true),
        ("12:00:00 == '12:00:00'", true), ("1.2.3 == '1.2.3'", true), ("flag == True", true),
        ("none == ~", true), ("none == NULL", true),
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
        ("n % 2 == 0", 2, "“%” means nothing here: there is no arithmetic"),
        ("n - 2 == 0", 2, "“-” means nothing here: there is no arithmetic"),
        ("n + 2 == 0", 2, "“+” means nothing here: there is no arithmetic"),
        ("n ; 2 == 0", 2, "“;” means nothing here: there are comparisons, and, or, not, in, ( ) and [ ]"),
        ("n", 0, "this is compared with nothing: write == true, or == and a value"),
        ("(n < 1", 6, "expected `)`, found the end"),
        ("n in 5", 5, "expected a list in [ ] behind `in`, found “5”"),
        ("n in [1 2]", 8, "expected `,` or `]`, found “2”"),
        ("n in [m]", 6, "a list behind `in` holds values, no parameters: quote what is a text"),
        ("n == 'a", 5, "the quoted text has no end"), ("n not 5", 6, "expected `in` behind `not`, found “5”"),
        ("n == -5x", 5, "“-5x” is neither a parameter nor a number: quote it if it is a text"),
        ("n in [,]", 6, "expected a parameter, a number or a quoted text, found “,”"),
        (
            "not == 1", 4, "expected a parameter, a number or a quoted text, found “==”"
        ),
        (
            "n == in", 5,
            "expected a parameter, a number or a quoted text, found “in”: a parameter of that name cannot be used in `when`"
        ),
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
        #expect(
            error?.message
                == "the sweep has no parameter “alhpa”; did you mean “alpha”?; write 'alhpa' if it is a text")
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

    @Test(arguments: [
        ("AAAB", 1), ("A", nil), ("", nil), ("AAAAAA", nil), ("A!AA", nil), ("AKé", nil), ("__AA", nil),
        ("AAAC", nil), ("QBAA", nil), ("AAAA", nil), ("QAAA", 0), ("QAAB", 1), ("ABAA", 0), ("ABAB", 1),
        ("AIAB", 1),
    ])
    func `counts that cannot be are refused and those that are wrong end only tasks of their block`(
        _ counts: String, _ good: Int?
    ) throws {
        let right = try filtered(axis("a", 0, 1024), "a == 1024")
        let text = String(decoding: right.json.encoded(), as: UTF8.self)
        #expect(text.hasSuffix(#""counts":"AAAB"}"#))
        let other = try JSONValue(parsing: Array(text.replacing(#""AAAB""#, with: "\"\(counts)\"").utf8))
        guard let good else {
            #expect(throws: TemplateError.self) { try Sweep(json: other) }
            return
        }
        let sweep = try Sweep(json: other)
        // Only the last block has a point, and by the counts it is the last task, if any.
        for index in 0..<sweep.count {
            if good == 1, index == sweep.count - 1 {
                #expect(try sweep.values(at: index).map(\.text) == ["1024"])
            } else {
                #expect(throws: TemplateError.self) { try sweep.values(at: index) }
            }
        }
    }
}
