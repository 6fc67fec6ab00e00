import FarmBatch
import FarmTemplate
import Foundation
import Testing

/// Files in a directory of their own, for `extends`.
private struct Folder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("extends-\(UUID().uuidString)")

    init(_ files: [String: String]) throws {
        for (name, text) in files {
            let place = url.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: place)
        }
    }

    func read(_ name: String) throws -> Batch { try BatchReader.read(yaml: url.path + "/" + name).batch }

    /// What the file is refused with, without the directory.
    func refusal(_ name: String) -> String {
        defer { remove() }
        do {
            _ = try read(name)
            return "accepted"
        } catch { return "\(error)".replacing(url.path + "/", with: "") }
    }

    func remove() { try? FileManager.default.removeItem(at: url) }
}

@Suite struct ExtendsTests {
    @Test func `keys of the other file hold where this one says nothing, mappings key by key`() throws {
        let folder = try Folder([
            "base/common.yaml": """
            name: base
            labels: {project: heat, kind: base}
            max-running: 5
            defaults: {retry: 2, timeout: 10m, env: {A: base, B: base}}
            tasks:
              mesh: {run: ./mesh, needs: {cpus: 2}}
              solve: {after: mesh, sweep: {grid: {n: [1, 2], m: [3]}}, run: "./solve ${{ n }}"}
            """,
            "own.yaml": """
            extends: base/common.yaml
            name: own
            labels: {kind: own}
            max-running: ~
            defaults: {timeout: 5m, env: {B: own}}
            tasks:
              solve: {sweep: {grid: {n: [7, 8, 9]}}}
              report: {after: solve, run: ./report}
            """,
        ])
        defer { folder.remove() }
        let batch = try folder.read("own.yaml")
        #expect(batch.name == "own")
        #expect(batch.labels.map { "\($0.key)=\($0.value)" } == ["project=heat", "kind=own"])
        #expect(batch.brake.isNone)
        #expect(batch.groups.map(\.name) == ["mesh", "solve", "report"])
        #expect(batch.groups.map(\.count) == [1, 3, 1])
        #expect(batch.groups.allSatisfy { $0.policy.retry.failure == 2 })
        #expect(batch.groups.allSatisfy { $0.policy.timeoutNanoseconds == 300_000_000_000 })
        #expect(batch.groups[0].policy.needs.cpus == 2)
        #expect(batch.templates[0].environment == [.init("A", "base"), .init("B", "own")])
        #expect(batch.templates[1].sweep?.names == ["n", "m"])
    }

    @Test func `a file that extends one that extends another has all of them, the nearest first`() throws {
        let folder = try Folder([
            "a.yaml": "extends: b.yaml\nname: a\ntasks: {x: {run: a}}\n",
            "b.yaml": "extends: sub/c.yaml\nname: b\npriority: 2\ntasks: {x: {run: b, timeout: 2s}}\n",
            "sub/c.yaml": "name: c\npriority: 1\nweight: 2\ntasks: {x: {run: c, sweep: {csv: points.csv}}}\n",
            "sub/points.csv": "n\n1\n2\n",
        ])
        defer { folder.remove() }
        let batch = try folder.read("a.yaml")
        #expect(batch.name == "a" && batch.weight == 200)
        #expect(batch.groups[0].policy.priority == 2)
        #expect(batch.groups[0].policy.timeoutNanoseconds == 2_000_000_000)
        // A path is from the directory of the file that says it.
        #expect(batch.taskCount == 2)
        #expect(batch.templates[0].body == .shell("a"))
    }

    static let bad: [([String: String], String)] = [
        (
            ["a.yaml": "name: x\nextends: basse.yaml\n", "base.yaml": "name: y\n"],
            "a.yaml:2:10: `extends`: basse.yaml: there is no such file; did you mean “base.yaml”?"
        ),
        (
            ["a.yaml": "extends: b.yaml\n", "b.yaml": "name: b\nextends: a.yaml\n"],
            "b.yaml:2:10: these files extend one another: a.yaml → b.yaml → a.yaml"
        ),
        (["a.yaml": "extends: ./a.yaml\n"], "a.yaml:1:10: these files extend one another: a.yaml → a.yaml"),
        (
            ["a.yaml": "extends: [b, c]\n"],
            "a.yaml:1:10: `extends` must be the path of a batch file, found a list"
        ),
        (["a.yaml": "extends: '-'\n"], "a.yaml:1:10: `extends` must name a file"),
        (
            ["a.yaml": "extends: b.yaml\n", "b.yaml": "- x\n"],
            "a.yaml:1:10: `extends`: b.yaml: expected a batch file, a mapping, found a list"
        ),
        (["a.yaml": "extends: b.yaml\n", "b.yaml": ""], "a.yaml:1:10: `extends`: b.yaml: the file is empty"),
        (
            ["a.yaml": "extends: b.yaml\n", "b.yaml": "name: [\n"],
            "b.yaml:2:1: not YAML: while parsing a flow node: did not find expected node content"
        ),
        (
            ["a.yaml": "extends: b.yaml\n", "b.yaml": "name: b\n"],
            "a.yaml:1:1: the batch file has no `tasks`"
        ),
        (
            [
                "a.yaml": "extends: b.yaml\ntasks: {y: {run: 'echo ${{ z }}'}}\n",
                "b.yaml": "tasks:\n  x:\n    run: 'echo ${{ q }}'\n    tiemout: 5\n    after: why\n",
            ],
            """
            a.yaml:2:24: nothing is called “z” here; known: name, index, task_id, job
            b.yaml:3:16: nothing is called “q” here; known: name, index, task_id, job
            b.yaml:4:5: `tiemout` is not a key of a task; did you mean “timeout”?
            b.yaml:5:12: no task is called “why”
            """
        ),
        (
            [
                "a.yaml": "extends: b.yaml\ntasks: {x: {sweep: {when: k == 1}}}\n",
                "b.yaml": "tasks: {x: {run: x, sweep: {grid: {n: [1]}}}}\n",
            ],
            "a.yaml:2:27: the sweep has no parameter “k”; it has n; write 'k' if it is a text"
        ),
    ]

    @Test(arguments: bad)
    func `C63 what is wrong with any of the files is said with its own place`(
        _ files: [String: String], _ wanted: String
    ) throws {
        let found = try Folder(files).refusal("a.yaml")
        let lines = found.split(separator: "\n")
        for (line, wanted) in zip(lines, wanted.split(separator: "\n")) {
            #expect(line.hasPrefix(wanted), "\(found)")
        }
        #expect(lines.count == wanted.split(separator: "\n").count, "\(found)")
    }

    @Test func `a chain of many files is refused`() throws {
        var files: [String: String] = [:]
        for i in 0..<20 { files["f\(i).yaml"] = "extends: f\(i + 1).yaml\n" }
        #expect(
            try Folder(files).refusal("f0.yaml") == "f15.yaml:1:10: more than 16 files extend one another")
    }
}
