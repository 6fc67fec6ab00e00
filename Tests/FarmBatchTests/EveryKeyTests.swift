import FarmBatch
import Foundation
import Testing

/// Each key of each mapping of a batch file, misspelt and with a value of the wrong type.
@Suite struct EveryKeyTests {
    /// A file with one mapping of each place, into which `KEY` puts a further key with its value.
    static let files: [String: String] = [
        "file": "KEY\ntasks: {a: {run: x}}", "defaults": "defaults: {KEY}\ntasks: {a: {run: x}}",
        "task": "tasks: {a: {run: x, KEY}}", "recovery": "tasks: {a: {run: x, recovery: {run: y, KEY}}}",
        "retry": "tasks: {a: {run: x, retry: {failure: 1, KEY}}}",
        "needs": "tasks: {a: {run: x, needs: {KEY}}}",
        "source": "tasks: {b: {run: x}, a: {run: x, after: {all: [b, {KEY}]}}}",
        "after": "tasks: {b: {run: x}, a: {run: x, after: {KEY}}}",
        "follow": "tasks: {b: {run: x}, a: {run: x, follow: {KEY}}}",
        "sweep": "tasks: {a: {run: x, sweep: {grid: {n: [1]}, KEY}}}",
        "part": "tasks: {a: {run: x, sweep: {grid: [{grid: {n: [1]}}, {KEY}]}}}",
        "axis": "tasks: {a: {run: x, sweep: {grid: {n: {KEY}}}}}",
        "range": "tasks: {a: {run: x, sweep: {range: {n: {from: 1, to: 2, KEY}}}}}",
        "space": "tasks: {a: {run: x, sweep: {linspace: {n: {from: 1, to: 2, count: 2, KEY}}}}}",
        "random": "tasks: {a: {run: x, sweep: {random: {n: {distribution: uniform, KEY}}}}}",
        "repeat": "tasks: {a: {run: x, sweep: {grid: {n: [1]}, repeat: {KEY}}}}",
        "stdin": "tasks: {a: {run: x, stdin: {KEY}}}", "output": "tasks: {a: {run: x, stdout: {KEY}}}",
        "result": "tasks: {a: {run: x, result: {KEY}}}", "engines": "engines: {KEY}\ntasks: {a: {run: x}}",
        "schedule": "schedule: {cron: '@daily', KEY}\ntasks: {a: {run: x}}",
        "skip-unchanged": "tasks: {a: {run: x, inputs: [], skip-unchanged: {KEY}}}",
        "python": "tasks: {a: {python: {KEY}}}", "mpi": "tasks: {a: {run: x, mpi: {ranks: 2, KEY}}}",
        "notify": "notify: {KEY}\ntasks: {a: {run: x}}",
    ]

    /// Every place with each of its keys; lines of JSON Lines have those of tasks.
    static let keys = BatchKeys.places.sorted { $0.key < $1.key }.filter { $0.key != "line" }
        .flatMap { place in place.value.map { (place.key, $0) } }

    /// The file with the key and its value, and where the key stands.
    private func file(_ place: String, _ entry: String) throws -> (text: String, position: String) {
        let pattern = try #require(Self.files[place], "no file for \(place)")
        let before = pattern.components(separatedBy: "KEY")[0].components(separatedBy: "\n")
        let text = pattern.replacingOccurrences(of: "KEY", with: entry)
        return (text, "b.yaml:\(before.count):\((before.last ?? "").count + 1): ")
    }

    @Test func `there is a file for every place`() {
        #expect(Set(Self.files.keys).union(["line"]) == Set(BatchKeys.places.keys))
        #expect(Self.keys.count > 150)
    }

    @Test(arguments: keys)
    func `C63 every key misspelt is refused at its place, with the key that was meant`(
        _ place: String, _ key: String
    ) throws {
        let slip = "\(key.dropLast())\(key.last.map { "\($0)\($0)" } ?? "")"
        let (text, position) = try file(place, "\(slip): 1")
        let lines = refusal(text).split(separator: "\n").filter { $0.hasPrefix(position) }
        let told = lines.contains { $0.contains("`\(slip)`") && $0.contains("“\(key)”") }
        #expect(told, "\(text)\n\(refusal(text))")
    }

    /// Values of any form; and a grid of one parameter with any name.
    private static let anyForm: Set = ["task.with", "recovery.with", "python.push"]

    @Test(arguments: keys)
    func `C63 every key with a value of the wrong type is refused in its line`(
        _ place: String, _ key: String
    ) throws {
        if Self.anyForm.contains("\(place).\(key)") { return }
        let (text, position) = try file(place, "\(key): {_: {_: [{}]}}")
        let found = refusal(text)
        let line = position.split(separator: ":")[1]
        // The file has tasks already.
        let isThere = place == "file" && key == "tasks"
        #expect(found.contains(isThere ? "b.yaml:2:1: the key" : "b.yaml:\(line):"), "\(text)\n\(found)")
    }

    @Test func `C63 every kind of input that cannot be read is refused by its name`() throws {
        for (text, words) in [
            ("\u{0}", "expected text"), ("- a\n", "expected a batch file"), ("", "the file is empty"),
            ("a: [", "not YAML"), ("a: *b", "the alias “*b” names no anchor"),
            ("a: &b [*b]", "b.yaml:1:"), ("a: b: c", "not YAML"),
        ] {
            #expect(refusal(text).contains(words), "\(text): \(refusal(text))")
        }
    }
}
