import FarmEngine
import Foundation
import TaskFarm

// A third interface to the farm: map-reduce, in one file over TaskFarm. `WordCount count FILE…` counts the
// words of texts; started in any other way the program is an engine that has the two functions.

/// Map-reduce: a function for each input, and one that makes one value of several. Reductions begin while
/// there are still inputs to be mapped, and the tree of them is `log(inputs) / log(fanIn)` deep.
struct MapReduce<Map: TaskFunction, Reduce: TaskFunction>
where Reduce.Input == [Map.Output], Reduce.Output == Map.Output {
    let farm: TaskClient
    /// How many values are made one at a time.
    var fanIn = 4

    /// The value of all inputs; nil for none. The order in which values are put together is chance.
    /// - Throws: the failure of the first task that fails.
    func run(_ inputs: [Map.Input]) async throws -> Map.Output? {
        var values: [Map.Output] = []
        var reductions: [TaskHandle<Map.Output>] = []
        for try await mapped in farm.mapUnordered(Map.self, inputs) {
            values.append(try mapped.value)
            guard values.count == fanIn else { continue }
            reductions.append(try await farm.submit(Reduce.self, values))
            values = []
        }
        for reduction in reductions { values.append(try await reduction.value) }
        while values.count > 1 {
            let groups = stride(from: 0, to: values.count, by: fanIn).map {
                Array(values[$0..<min($0 + fanIn, values.count)])
            }
            values = try await farm.map(Reduce.self, groups)
        }
        return values.first
    }
}

/// The words of a text, in small letters.
struct CountWords: TaskFunction {
    static let name = "count-words"

    func run(_ text: String, _ context: TaskContext) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter }) {
            counts[String(word), default: 0] += 1
        }
        return counts
    }
}

/// Several counts as one.
struct AddCounts: TaskFunction {
    static let name = "add-counts"

    func run(_ counts: [[String: Int]], _ context: TaskContext) async throws -> [String: Int] {
        counts.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
    }
}

guard CommandLine.arguments.dropFirst().first == "count" else {
    await Engine.main(functions: [CountWords.self, AddCounts.self])
}
do {
    let farm = try await TaskClient.connect(patience: .seconds(10))
    // A task for each paragraph.
    let texts = try CommandLine.arguments.dropFirst(2).flatMap {
        try String(contentsOfFile: $0, encoding: .utf8).split(separator: "\n\n").map(String.init)
    }
    let counts = try await MapReduce<CountWords, AddCounts>(farm: farm).run(texts) ?? [:]
    await farm.close()
    for (word, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(10) {
        print(count, word)
    }
} catch {
    FileHandle.standardError.write(Data("WordCount: \(error)\n".utf8))
    exit(1)
}
