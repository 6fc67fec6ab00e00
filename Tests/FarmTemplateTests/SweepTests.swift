import FarmTemplate
import Testing

private func values(_ texts: String...) -> [ParameterValue] { texts.map { ParameterValue(.number($0)) } }

private func texts(_ sweep: Sweep) -> [[String]] {
    (0..<sweep.count).map { sweep.point($0).map(\.text) }
}

@Suite struct SweepTests {
    @Test func `a grid is the product of its axes and the last one changes fastest`() throws {
        let sweep = try Sweep(
            .grid([
                .values(name: "n", values("64", "128")), .values(name: "a", values("0.10", "0.2", "1e-3")),
            ]))
        #expect(sweep.names == ["n", "a"])
        #expect(
            texts(sweep) == [
                ["64", "0.10"], ["64", "0.2"], ["64", "1e-3"], ["128", "0.10"], ["128", "0.2"],
                ["128", "1e-3"],
            ])
    }

    @Test func `grids inside grids and lists count as one product`() throws {
        let list = SweepAxis.list(names: ["x", "y"], values: values("1", "2", "3", "4"))
        let sweep = try Sweep(.grid([.grid([.values(name: "a", values("0", "1", "2"))]), list]))
        #expect(sweep.count == 6)
        #expect(texts(sweep)[3] == ["1", "3", "4"])
    }

    @Test func `a million points cost what three axes cost`() throws {
        let axis = { (name: String) throws in
            SweepAxis.range(name: name, try NumberRange(from: "0", to: "99"))
        }
        let sweep = try Sweep(.grid([try axis("a"), try axis("b"), try axis("c")]))
        #expect(sweep.count == 1_000_000)
        #expect(sweep.point(123_456).map(\.text) == ["12", "34", "56"])
    }

    @Test(arguments: [
        ("1", "10", "1", 10, "1", "10"), ("0", "1", "0.1", 11, "0.0", "1.0"), ("1", "10", "4", 3, "1", "9"),
        ("10", "1", "-3", 4, "10", "1"), ("0", "0", "5", 1, "0", "0"), ("0.1", "0.7", "0.2", 4, "0.1", "0.7"),
        ("1e-3", "5e-3", "1e-3", 5, "0.001", "0.005"), ("-1", "1", "0.25", 9, "-1.0", "1.0"),
        ("0", "1", "0.333333333333333333", 4, "0.0", "1.0"),
        ("1e300", "3e300", "1e300", 3, "1e+300", "3e+300"),
        (
            "-9223372036854775808", "9223372036854775807", "9223372036854775807", 3, "-9223372036854775808",
            "9223372036854775806"
        ),
        ("9007199254740992", "9007199254740993", "1", 2, "9007199254740992", "9007199254740993"),
        ("-1e308", "1e308", "1e300", 200_000_001, "-1e+308", "1e+308"),
        ("0", "-1e-200", "-1e-200", 2, "0.0", "-1e-200"),
    ])
    func `a range has the values of its rule`(
        _ from: String, _ to: String, _ step: String, _ count: Int, _ first: String, _ last: String
    ) throws {
        let range = try NumberRange(from: from, to: to, step: step)
        #expect(range.count == UInt64(count))
        #expect(range[0].text == first)
        #expect(range[range.count - 1].text == last)
    }

    @Test func `decimals do not drift`() throws {
        let range = try NumberRange(from: "0", to: "1000", step: "0.1")
        #expect(range.count == 10_001)
        #expect(range[3].text == "0.3")
        for i in stride(from: 0, to: 10_001, by: 7) {
            #expect(range[UInt64(i)].text == "\(Double(i) / 10)")
        }
    }

    @Test func `every count agrees with the closed form`() throws {
        for from in -5...5 {
            for to in -5...5 {
                for step in [-3, -2, -1, 1, 2, 3] where (to - from) * step >= 0 {
                    let range = try NumberRange(from: "\(from)", to: "\(to)", step: "\(step)")
                    let wanted = Array(stride(from: from, through: to, by: step))
                    #expect((0..<range.count).map { range[$0].text } == wanted.map(String.init))
                }
            }
        }
    }

    @Test(arguments: [
        ("0", "1", "0"), ("0", "1", "-1"), ("x", "1", "1"), ("0", "inf", "1"), ("0", "0x10", "1"),
        ("0", "-1e-200", "1e-200"), ("9007199254740993", "9007199254740992", "1"), ("0", "1e300", "1e-300"),
    ])
    func `a range that is none is refused`(_ from: String, _ to: String, _ step: String) {
        #expect(throws: TemplateError.self) { try NumberRange(from: from, to: to, step: step) }
    }

    @Test func `products that overflow, empty sweeps and bad names are refused`() throws {
        let big = SweepAxis.range(name: "a", try NumberRange(from: "0", to: "3000000000"))
        let another = SweepAxis.range(name: "b", try NumberRange(from: "0", to: "9000000000000000000"))
        #expect(throws: TemplateError.self) { try Sweep(big) }
        #expect(throws: TemplateError.self) { try Sweep(.grid([big, another])) }
        #expect(throws: TemplateError.self) { try Sweep(.grid([])) }
        #expect(throws: TemplateError.self) { try Sweep(.values(name: "a", [])) }
        for name in ["", "1a", "a b", "name", "index", "a=b"] {
            #expect(throws: TemplateError.self) { try Sweep(.values(name: name, values("1"))) }
        }
        let twice = SweepAxis.values(name: "a-b", values("1"))
        #expect(throws: TemplateError.self) { try Sweep(.grid([twice, .values(name: "a_b", values("1"))])) }
    }

    @Test func `a sweep survives the wire, text and all`() throws {
        let odd = ParameterValue(text: "0x1F", value: .number("31"))
        let nested = ParameterValue(.array([.number("1"), .object([JSONMember("a", .null)])]))
        let sweep = try Sweep(
            .grid([
                .values(name: "n", values("0.10") + [odd, nested, ParameterValue(.bool(true))]),
                .range(name: "r", try NumberRange(from: "0", to: "1", step: "0.50")),
                .list(names: ["x", "y"], values: values("1", "2")),
            ]))
        let copy = try Sweep(json: JSONValue(parsing: sweep.json.encoded()))
        #expect(copy == sweep)
        #expect(texts(copy) == texts(sweep))
        #expect(texts(copy)[3][0] == "0x1F")
    }
}
