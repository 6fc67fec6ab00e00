import TaskFarm
import Testing

@testable import tasks

/// Axes and the choice of plots, by themselves.
@Suite struct PlotTests {
    private static let rounds: [(Double, Double, [String])] = [
        (0.0, 1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (3, 3, ["2.85", "2.90", "2.95", "3.00", "3.05", "3.10", "3.15"]),
        (-7, 12, ["-5", "0", "5", "10"]), (80, 640, ["100", "200", "300", "400", "500", "600"]),
        (1e-7, 3e-7, ["1e-7", "1.5e-7", "2e-7", "2.5e-7", "3e-7"]),
        (0.0003, 12, ["1e-3", "1e-2", "1e-1", "1e0", "1e1"]),
        (0, 0, ["-1.0", "-0.5", "0", "0.5", "1.0"]),
        (1e6, 1.002e6, ["1e6", "1.0005e6", "1.001e6", "1.0015e6", "1.002e6"]),
    ]

    @Test(arguments: rounds)
    func `ticks stand at round numbers`(_ low: Double, _ high: Double, _ wanted: [String]) {
        let ticks = NumberAxis(from: low, to: high).ticks
        #expect(ticks.map(\.label).prefix(wanted.count) == wanted[...])
        #expect(ticks.count <= 10 && ticks.allSatisfy { (0...1).contains($0.position) })
    }

    private static let tiny = Double.leastNonzeroMagnitude
    private static let extremes: [(Double, Double)] = [
        (-1e308, 1e308), (tiny, tiny), (tiny * 100, tiny * 200), (1, 1.0000000000000002),
        (-1.7e308, -1.6e308),
        (1e-300, 1e300), (1e17, 1e17 + 16),
    ]

    @Test(arguments: extremes)
    func `numbers at the ends of what a double holds make an axis, too`(_ low: Double, _ high: Double) {
        let axis = NumberAxis(from: low, to: high)
        #expect(axis.position(low) <= axis.position(high))
        #expect(axis.ticks.count <= 10 && axis.ticks.allSatisfy { (0...1).contains($0.position) })
        #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count)
    }

    @Test func `an axis is logarithmic over more than three decades of what is positive`() {
        #expect(!NumberAxis(from: 1, to: 1000).isLog)
        #expect(NumberAxis(from: 1, to: 1001).isLog)
        #expect(!NumberAxis(from: 0, to: 1e9).isLog)
        #expect(abs(NumberAxis(from: 1, to: 1e4).position(100) - 0.5) < 1e-12)
        #expect(NumberAxis(over: [.nan, 2, .infinity])?.position(2) == 0.5)
        #expect(NumberAxis(over: [Double.nan]) == nil)
    }

    /// A grid over parameters with these values.
    private func parameters(_ values: KeyValuePairs<String, [String]>) -> [ParameterColumn] {
        let count = values.reduce(1) { $0 * $1.value.count }
        var share = count
        return values.map { name, values in
            share /= values.count
            var column = ParameterColumn(name, missing: 0)
            for point in 0..<count { column.append(values[point / share % values.count]) }
            return column
        }
    }

    private func numbers(_ count: Int) -> [String] { (0..<count).map { "\($0).5" } }

    @Test func `one number makes a line, two a heat map, words lines and panels`() throws {
        #expect(PlotRoles(parameters(["n": ["1"]])) == nil)
        let line = try #require(PlotRoles(parameters(["s": ["a", "b"], "n": numbers(5)])))
        #expect(line.kind == .line && line.x == 1 && line.series == [0] && line.panels == [])
        let map = try #require(PlotRoles(parameters(["n": numbers(3), "s": ["a", "b"], "m": numbers(9)])))
        #expect(map.kind == .map && map.x == 0 && map.y == 2 && map.panels == [1])
        // Two values of a number tell lines apart.
        let two = try #require(PlotRoles(parameters(["n": numbers(2), "m": numbers(9)])))
        #expect(two.kind == .line && two.x == 1 && two.series == [0])
        let words = try #require(PlotRoles(parameters(["s": ["a", "b"], "t": ["x", "y", "z"]])))
        #expect(words.kind == .line && words.x == 1 && words.series == [0])
        let many = try #require(
            PlotRoles(parameters(["s": ["a", "b"], "t": numbers(5).map { "t\($0)" }, "n": numbers(9)])))
        #expect(many.series == [1] && many.panels == [0])
        // The mean over draws, and over what has too many values to tell apart.
        let drawn = try #require(PlotRoles(parameters(["n": numbers(4), "seed": numbers(30)])))
        #expect(drawn.kind == .line && drawn.x == 0 && drawn.averaged == [1])
        let three = try #require(
            PlotRoles(parameters(["a": numbers(26), "b": numbers(27), "c": numbers(25)])))
        #expect(three.kind == .map && three.averaged == [2])
        #expect(PlotRoles(parameters(["seed": numbers(30)]))?.x == 0)
    }

    @Test func `more values than fit share places, numbers by size and words in order`() {
        let column = parameters(["n": (0..<1000).map { "\($0)" }])[0]
        let axis = BinnedAxis(column, most: 40)
        #expect(axis.count == 40 && axis.isBinned)
        #expect(axis.places == axis.places.sorted() && axis.places.first == 0 && axis.places.last == 39)
        let few = BinnedAxis(parameters(["n": ["10", "9", "1e1", "0.10"]])[0], most: 40)
        #expect(few.labels == ["0.10", "9", "1e1"] && few.places == [2, 1, 2, 0] && !few.isBinned)
        let words = BinnedAxis(parameters(["s": (0..<100).map { "w\($0)" }])[0], most: 40)
        // By scalars: of marks over one letter there may be thousands.
        #expect(BinnedAxis.cut("perl-5.36.0-debian") == "perl-5.36.0-d…")
        #expect(BinnedAxis.cut("a" + String(repeating: "\u{301}", count: 1000)).unicodeScalars.count == 14)
        #expect(BinnedAxis.cut("exactly-14-now") == "exactly-14-now")
        #expect(words.count == 34 && words.numbers == nil && words.places.last == 33)
    }

    /// A group over a grid of these sizes, with a value for each point.
    private func group(_ sizes: [(String, Int)], _ value: (Int, [Int]) -> JSONValue) -> ReportGroup {
        var group = ReportGroup(name: "solve")
        let count = sizes.reduce(1) { $0 * $1.1 }
        for point in 0..<count {
            var rest = point
            let places = sizes.reversed().map { size in
                defer { rest /= size.1 }
                return rest % size.1
            }
            let all = Array(places.reversed())
            group.add(zip(sizes, all).map { ($0.0, "\($1).25") }, value(point, all))
        }
        group.finish()
        return group
    }

    @Test func `what shares a place is drawn as its mean, and what has no number is a hole`() throws {
        let group = group([("n", 3), ("seed", 4)]) { point, places in
            if point == 0 { return .null }
            if point == 1 { return .object([JSONMember("e", .string("nan"))]) }
            return .object([JSONMember("e", .number("\(places[0] * 10 + places[1])"))])
        }
        let field = try #require(group.plotted.first)
        #expect(field.finiteCount == 10 && field.notFiniteCount == 1 && field.low == 2 && field.high == 23)
        #expect(abs(field.mean - (2 + 3 + 46 + 86) / 10.0) < 1e-12)
        let roles = try #require(PlotRoles(group.parameters))
        let grid = PlotGrid(group, roles, mostPlaces: (40, 0))
        #expect(grid.averaged == ["seed"] && grid.series == [""] && grid.panels == [""])
        let (cells, holes) = grid.values(of: field)
        #expect(holes == 2 && cells.map(\.mean) == [2.5, 11.5, 21.5])
        #expect(cells.map(\.low) == [2, 10, 20] && cells.map(\.high) == [3, 13, 23])
        #expect(grid.pointCounts == [4, 4, 4])
    }

    @Test func `panels and fields beyond the limits are said, and a page has its bounds`() throws {
        let group = group([("x", 20), ("y", 20), ("c", 15)]) { point, _ in
            .object((0..<12).map { JSONMember("field\($0)", .number("\(point * $0 + 1)")) })
        }
        var out = Markup()
        ResultSection(groups: [group]).write(into: &out)
        let text = String(decoding: out.bytes, as: UTF8.self)
        #expect(text.contains("12 of 15 combinations are shown"))
        #expect(text.contains("There are more plots than a page can hold"))
        #expect(text.contains("4 more fields are in the table alone"))
        #expect(out.bytes.count < 2_000_000)
    }

    @Test func `every row of a map that has room for it has a label, and few words are cut`() {
        var column = ParameterColumn("y", missing: 0)
        for value in 0..<12 { column.append("\(Double(value) - 1.8181818181818183)") }
        let rows = BinnedAxis(column, most: 40)
        #expect(rows.ticks(height: 210, lineHeight: 14).count == 12)
        #expect(rows.ticks(height: 100, lineHeight: 14).count == 6)
        var words = ParameterColumn("solver", missing: 0)
        for value in ["gmres", "cg", "bicgstab", "a-very-long-solver-name"] { words.append(value) }
        let labels = BinnedAxis(words, most: 40).ticks(length: 356, charWidth: 6.2).map(\.label)
        #expect(labels == ["gmres", "cg", "bicgstab", "a-very-long-…"])
    }

    @Test func `attempts stand in as few rows as there were slots`() throws {
        var timeline = Timeline()
        let second: (Double) -> Instant = { Instant(nanoseconds: Int64($0 * 1e9)) }
        for (engine, start, end, state) in [
            (1, 10, 14, TaskState.succeeded), (0, 10, 12, .succeeded), (0, 11, 13, .failed),
            (0, 12, 14, .succeeded), (0, 13, 14, .succeeded),
        ] {
            timeline.add(
                EngineID(UInt32(engine)), state, second(Double(start)), second(Double(end)),
                TaskID(JobID(1), 0),
                1)
        }
        timeline.add(nil, .cancelled, nil, second(99), TaskID(JobID(1), 1), 0)
        #expect(timeline.engines.map(\.raw) == [0, 1] && timeline.slotSeconds == 11)
        #expect(timeline.lanes().map { $0.lanes.map(\.count) } == [[2, 2], [1]])
        let busy = timeline.busy(parts: 4)
        #expect(busy.map(\.all) == [[1, 2, 2, 2], [1, 1, 1, 1]])
        #expect(busy.map(\.bad) == [[0, 1, 1, 0], [0, 0, 0, 0]])
        #expect(Timeline().bounds == nil && Timeline().busy(parts: 4).isEmpty)
    }

    @Test func `text is never markup`() {
        #expect(
            Markup.escaped("<a href=\"x\">'&'\u{1B}[1m\u{202E}\u{0}ü\n")
                == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;\u{FFFD}[1m\u{FFFD}\u{FFFD}ü\n")
        #expect(Markup.escaped("solve/n=64") == "solve/n=64")
    }
}
