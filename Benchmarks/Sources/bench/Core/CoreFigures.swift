import Foundation

/// What a task costs the scheduler alone, in nanoseconds and bytes. Each case is run right after the one that
/// it is compared with, so that both see the same minutes of the machine.
struct CoreFigures {
    private static let usage = "usage: bench core [--rounds R] [--only TEXT]"
    private struct Row {
        var name: String
        var submitting: [Double] = []
        var whole: [Double] = []
        var ratios: [Double] = []

        mutating func add(_ figure: CoreCase.Figure) {
            submitting.append(figure.submitting)
            whole.append(figure.whole)
        }
    }

    private var rounds = 5
    private var text = ""
    private var memory: CoreMemory?

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { throw BenchError(Self.usage) }
            switch option {
            case "--rounds":
                guard let rounds = Int(value), rounds > 0 else { throw BenchError(Self.usage) }
                self.rounds = rounds
            case "--only": text = value
            case "--memory":
                memory = CoreMemory.all.first { $0.name == value }
                guard memory != nil else { throw BenchError("no case '\(value)'") }
            default: throw BenchError(Self.usage)
            }
        }
    }

    func run() throws {
        if let memory { return try memory.measureHere() }
        let cases = CoreCase.all.filter { isWanted($0.name) }
        let sizes = CoreMemory.all.filter { isWanted($0.name) }
        guard !cases.isEmpty || !sizes.isEmpty else { throw BenchError("no case has '\(text)' in its name") }
        let isQuick = try cases.isEmpty || times(of: cases)
        let isSmall = try sizes.isEmpty || bytes(of: sizes)
        if !isQuick || !isSmall { throw BenchError.floorMissed }
    }

    private func isWanted(_ name: String) -> Bool { text.isEmpty || name.contains(text) }

    /// Prints the table; returns whether all floors are met.
    private func times(of cases: [CoreCase]) throws -> Bool {
        var simple = Row(name: CoreCase.simple.name)
        var oneByOne = Row(name: CoreCase.oneByOne.name)
        var rows = cases.map { Row(name: $0.name) }
        // The first run pays for pages and caches.
        _ = try CoreCase.simple.measure()
        for round in 1...rounds {
            FileHandle.standardError.write(Data("round \(round) of \(rounds)\n".utf8))
            for (index, one) in cases.enumerated() {
                let beside = try (one.isOneByOne ? CoreCase.oneByOne : .simple).measure()
                if one.isOneByOne { oneByOne.add(beside) } else { simple.add(beside) }
                let figure = try one.measure()
                rows[index].add(figure)
                rows[index].ratios.append(figure.whole / beside.whole)
            }
        }
        print(
            "what".padded(42) + "ns/task".padded(10) + "submit".padded(10) + "beside it".padded(16)
                + "floor".padded(8) + "met")
        for row in [simple, oneByOne] where !row.whole.isEmpty { show(row, "") }
        var areMet = true
        for (one, row) in zip(cases, rows) {
            let ratio = median(row.ratios)
            let isMet = ratio <= one.floor ?? .infinity
            areMet = areMet && isMet
            let verdict = one.floor.map { "<= \($0)".padded(8) + (isMet ? "met" : "NOT MET") }
            show(row, String(format: "%.2f", ratio).padded(16) + (verdict ?? ""))
        }
        return areMet
    }

    private func show(_ row: Row, _ rest: String) {
        print(
            row.name.padded(42) + number(median(row.whole)).padded(10)
                + number(median(row.submitting)).padded(10) + rest)
    }

    private func number(_ value: Double) -> String { String(format: value < 10 ? "%.1f" : "%.0f", value) }

    /// Prints the table; returns whether all floors are met.
    private func bytes(of sizes: [CoreMemory]) throws -> Bool {
        print("\nbytes a task".padded(43) + "held".padded(10) + "peak".padded(26) + "floor".padded(8) + "met")
        var areMet = true
        for one in sizes {
            let figure = try one.measure()
            let line =
                one.name.padded(42) + String(format: "%.1f", figure.held).padded(10)
                + String(format: "%.1f", figure.peak)
            guard let floor = one.floor else {
                print(line)
                continue
            }
            let isMet = max(figure.held, figure.peak) <= floor
            areMet = areMet && isMet
            print(line.padded(78) + "<= \(Int(floor))".padded(8) + (isMet ? "met" : "NOT MET"))
        }
        return areMet
    }
}
