import FarmTemplate
import Testing

private func texts(_ axis: SweepAxis) throws -> [[String]] {
    let sweep = try Sweep(axis)
    return try (0..<sweep.count).map { try sweep.values(at: $0).map(\.text) }
}

private func space(
    _ spacing: NumberSpace.Spacing, _ from: String, _ to: String, _ count: UInt64
) throws -> [String] {
    let space = try NumberSpace(spacing, from: from, to: to, count: count)
    return (0..<space.count).map { space[$0].text }
}

private func values(_ name: String, _ texts: String...) -> SweepAxis {
    .values(name: name, texts.map { ParameterValue(.number($0)) })
}

@Suite struct SweepKindsTests {
    @Test func `zip puts axes of any kind side by side`() throws {
        let axis = SweepAxis.zip([
            values("a", "1", "2", "3"),
            .range(name: "b", try NumberRange(from: "10", to: "30", step: "10")),
            .grid([values("c", "7"), values("d", "4", "5", "6")]),
        ])
        #expect(
            try texts(axis) == [["1", "10", "7", "4"], ["2", "20", "7", "5"], ["3", "30", "7", "6"]])
        #expect(try Sweep(.grid([axis, values("e", "0", "1")])).count == 6)
    }

    @Test func `zip of unequal lengths says both`() throws {
        let error = #expect(throws: TemplateError.self) {
            try Sweep(.zip([values("a", "1", "2", "3"), values("b", "1", "2")]))
        }
        #expect(error?.message.contains("`a` has 3, `b` has 2") == true)
    }

    @Test func `a chain is one axis after the other and its names must agree`() throws {
        let axis = SweepAxis.chain([values("a", "1", "2"), values("a", "9")])
        #expect(try texts(axis) == [["1"], ["2"], ["9"]])
        #expect(
            try texts(.grid([axis, values("b", "x", "y")])).map { $0.joined() }
                == ["1x", "1y", "2x", "2y", "9x", "9y"])
        #expect(throws: TemplateError.self) { try Sweep(.chain([values("a", "1"), values("b", "1")])) }
    }

    @Test(
        arguments: [
            ("0", "1", 11, ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0"]),
            ("0.1", "0.7", 4, ["0.1", "0.3", "0.5", "0.7"]), ("5", "1", 3, ["5.0", "3.0", "1.0"]),
            ("2.50", "9", 1, ["2.5"]), ("1", "1", 3, ["1.0", "1.0", "1.0"]),
            ("0", "1", 4, ["0.0", "0.3333333333333333", "0.6666666666666666", "1.0"]),
            ("-1e300", "1e300", 3, ["-1e+300", "0.0", "1e+300"]),
            ("-1.7e308", "1.7e308", 3, ["-1.7e+308", "0.0", "1.7e+308"]),
        ] as [(String, String, UInt64, [String])])
    func `linspace has both ends and equal differences`(
        _ from: String, _ to: String, _ count: UInt64, _ wanted: [String]
    ) throws {
        #expect(try space(.linear, from, to, count) == wanted)
    }

    @Test(
        arguments: [
            ("1", "1000", 4, ["1.0", "10.0", "100.0", "1000.0"]),
            ("1e-3", "1e3", 7, ["0.001", "0.01", "0.1", "1.0", "10.0", "100.0", "1000.0"]),
            ("1", "1024", 11, (0...10).map { "\(Double(1 << $0))" }),
            ("8", "1", 4, ["8.0", "4.0", "2.0", "1.0"]), ("3", "7", 1, ["3.0"]),
            ("1", "2", 3, ["1.0", "1.4142135623730951", "2.0"]),
            ("1e-300", "1e300", 3, ["1e-300", "1.0", "1e+300"]),
        ] as [(String, String, UInt64, [String])])
    func `logspace goes from value to value by equal ratios`(
        _ from: String, _ to: String, _ count: UInt64, _ wanted: [String]
    ) throws {
        #expect(try space(.logarithmic, from, to, count) == wanted)
    }

    @Test func `spaces refuse what has no logarithm, no count or no number`() {
        for (spacing, from, to, count) in [
            (NumberSpace.Spacing.logarithmic, "0", "1", 3), (.logarithmic, "1", "-1", 3),
            (.linear, "0", "1", 0), (.linear, "x", "1", 3), (.linear, "0", "inf", 3),
            (.linear, "0", "1", (1 << 31) + 1),
        ] as [(NumberSpace.Spacing, String, String, UInt64)] {
            #expect(throws: TemplateError.self) {
                try NumberSpace(spacing, from: from, to: to, count: count)
            }
        }
    }

    @Test func `drawn values are the same on every machine and in every version`() throws {
        func drawn(_ distribution: RandomValues.Distribution, seed: UInt64 = 7) throws -> [String] {
            let random = try RandomValues(distribution, count: 4, seed: seed, name: "x")
            return (0..<4).map { random[$0].text }
        }
        let choice = ["red", "green", "blue"].map { ParameterValue(.string($0)) }
        #expect(
            try drawn(.uniform(from: "0", to: "1")) == [
                "0.3801349327373674", "0.36578905623329205", "0.8850268164094085", "0.29263159884427925",
            ])
        #expect(
            try drawn(.uniform(from: "0", to: "1"), seed: 8) == [
                "0.5548031288506027", "0.039747076646351576", "0.2770515811089346", "0.8590087999856778",
            ])
        #expect(
            try drawn(.logUniform(from: "1e-5", to: "0.1")) == [
                "0.00033154289925927636", "0.0002905067480896969", "0.03468225009601804",
                "0.00014809022582202642",
            ])
        #expect(
            try drawn(.normal(mean: "0", deviation: "1")) == [
                "-0.30512642570705134", "-0.3430270473171081", "1.2004970254519327", "-0.5457130534056759",
            ])
        #expect(
            try drawn(.integer(from: "-9223372036854775808", to: "9223372036854775807")) == [
                "-2211120219171765736", "-2475754931555485838", "7102491143819511077", "-3825271825093917866",
            ])
        #expect(try drawn(.integer(from: "1", to: "6")) == ["3", "3", "6", "2"])
        #expect(try drawn(.choice(choice)) == ["green", "green", "blue", "red"])
    }

    @Test func `drawn values have the moments of their distribution`() throws {
        func moments(_ distribution: RandomValues.Distribution) throws -> (mean: Double, variance: Double) {
            let random = try RandomValues(distribution, count: 20_000, seed: 1, name: "x")
            let drawn = (0..<random.count).compactMap { Double(random[$0].text) }
            let mean = drawn.reduce(0, +) / Double(drawn.count)
            return (mean, drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(drawn.count))
        }
        let uniform = try moments(.uniform(from: "2", to: "4"))
        #expect(abs(uniform.mean - 3) < 0.02 && abs(uniform.variance - 1 / 3.0) < 0.01)
        let normal = try moments(.normal(mean: "5", deviation: "2"))
        #expect(abs(normal.mean - 5) < 0.06 && abs(normal.variance - 4) < 0.15)
        let dice = try moments(.integer(from: "1", to: "6"))
        #expect(abs(dice.mean - 3.5) < 0.05 && abs(dice.variance - 35 / 12.0) < 0.1)
        let logarithmic = try moments(.logUniform(from: "1", to: "10"))
        #expect(abs(logarithmic.mean - 3.908650337) < 0.1)
    }

    @Test func `two parameters draw different values, and one its own whatever stands beside it`() throws {
        func axis(_ name: String) throws -> SweepAxis {
            .random(
                name: name,
                try RandomValues(.uniform(from: "0", to: "1"), count: 100, seed: 3, name: name))
        }
        let alone = try texts(axis("a")).map { $0[0] }
        let both = try texts(.zip([axis("b"), axis("a")]))
        #expect(both.map { $0[1] } == alone)
        #expect(Set(both.flatMap { $0 }).count == 200)
    }

    @Test func `random refuses bounds that hold nothing`() {
        for distribution in [
            RandomValues.Distribution.uniform(from: "1", to: "1"), .uniform(from: "2", to: "1"),
            .uniform(from: "x", to: "1"), .logUniform(from: "0", to: "1"),
            .normal(mean: "0", deviation: "0"), .integer(from: "2", to: "1"),
            .integer(from: "1.5", to: "2"), .choice([]),
        ] {
            #expect(throws: TemplateError.self) {
                try RandomValues(distribution, count: 3, seed: 0, name: "x")
            }
        }
    }

    @Test func `ten million points are a template of bytes`() throws {
        let sweep = try Sweep(
            .grid([
                .space(name: "a", try NumberSpace(.linear, from: "0", to: "1", count: 10_000)),
                .random(
                    name: "b",
                    try RandomValues(.normal(mean: "0", deviation: "1"), count: 1_000, seed: 0, name: "b")),
            ]))
        #expect(sweep.count == 10_000_000)
        #expect(sweep.json.encoded().count < 300)
        #expect(try sweep.values(at: 9_999_999)[0].text == "1.0")
    }

    @Test func `every kind survives the wire`() throws {
        let wide = try Sweep(Self.everyKind())
        let copy = try Sweep(json: JSONValue(parsing: wide.json.encoded()))
        #expect(copy == wide)
        for index in stride(from: 0, to: wide.count, by: 7) {
            #expect(try copy.values(at: index) == wide.values(at: index))
        }
    }

    static func everyKind() throws -> SweepAxis {
        func random(_ name: String, _ distribution: RandomValues.Distribution) throws -> SweepAxis {
            .random(name: name, try RandomValues(distribution, count: 3, seed: .max, name: name))
        }
        return .grid([
            .zip([
                try random("u", .uniform(from: "0", to: "1")),
                try random("l", .logUniform(from: "1", to: "2")),
                try random("g", .normal(mean: "0", deviation: "1")),
                try random("i", .integer(from: "0", to: "9")),
                try random("c", .choice([ParameterValue(text: "0x1", value: .number("1"))])),
            ]),
            .space(name: "s", try NumberSpace(.linear, from: "0", to: "1", count: 2)),
            .chain([
                .space(name: "t", try NumberSpace(.logarithmic, from: "1", to: "4", count: 3)),
                values("t", "9"),
            ]),
            .filter(
                try SweepFilter(
                    .grid([values("x", "1", "2"), values("y", "1", "2", "3")]),
                    when: Condition(parsing: "x < y or y == 1"),
                    excluding: [
                        [.init("x", ParameterValue(.number("2"))), .init("y", ParameterValue(.number("1")))]
                    ])),
        ])
    }
}
