import FarmBatch
import FarmTemplate
import Testing

/// The warnings of a file with one task, without the file's name.
private func warnings(_ sweep: String, _ rest: String = "") throws -> [String] {
    try read("tasks:\n  a:\n    run: x\n    sweep: \(sweep)\n    \(rest)\n").warnings.map {
        $0.description.replacing("b.yaml:", with: "")
    }
}

@Suite struct SweepWarningsTests {
    @Test func `an exclusion that leaves out nothing is told`() throws {
        #expect(try warnings("{grid: {n: [1, 2]}, exclude: [{n: 1.0}]}") == [])
        #expect(
            try warnings("{grid: {n: [1, 2], m: [1]}, exclude: [{n: 3}, {n: 1}, {m: 1, n: 1}, {m: '1'}]}")
                == [
                    "4:50: no point of the sweep has these values: nothing is left out",
                    "4:80: no point of the sweep has these values: nothing is left out",
                ])
        let many = (10..<100).map { "{n: \($0)}" }.joined(separator: ", ")
        #expect(try warnings("{grid: {n: [1, 2]}, exclude: [\(many)]}").count == 20)
    }

    @Test func `a seed without anything random is told`() throws {
        #expect(
            try warnings("{grid: {n: [1]}, seed: 7}") == [
                "4:29: `seed` has no effect: nothing of the sweep is `random`"
            ])
        let random = "{random: {distribution: uniform, from: 0, to: 1, count: 2}}"
        #expect(try warnings("{grid: {x: \(random)}, seed: 7}") == [])
    }

    @Test(arguments: [
        "{grid: {n: [1, 2, 1]}}", "{list: [{n: 1}, {n: 2}, {n: 1}]}",
        "{grid: {n: [1, 2]}, include: [{n: 1}]}",
        "{zip: {n: [1, 2, 1], m: [3, 4, 3]}}", "{grid: {m: [1], n: [1, 2, 1]}}",
    ])
    func `points that share a directory are told, and not where the index is in it`(_ sweep: String) throws {
        let told = try warnings(sweep, "dir: runs/${{ name }}")
        #expect(
            told == [
                "5:10: points 0 and 2 of the sweep are the same, and their tasks would share this `dir`: put "
                    + "`${{ index }}` into it"
            ])
        for rest in [
            "dir: runs/${{ index }}", "dir: runs/${{ name }}-${{ task_id }}", "dir: runs", "",
            "stdout: {file: 'out-${{ n }}', append: true}", "env: {N: '${{ n }}'}",
        ] {
            #expect(try warnings(sweep, rest) == [], "\(rest)")
        }
    }

    @Test func `a name with the index tells points apart, and paths in a directory of their own are`() throws
    {
        let sweep = "{grid: {n: [1, 1]}}"
        func told(_ rest: String) throws -> [String] {
            try warnings(sweep, rest).compactMap {
                $0.split(separator: "`").dropFirst().first.map(String.init)
            }
        }
        #expect(try told("name: 'a${{ index }}'\n    dir: 'runs/${{ name }}'") == [])
        #expect(try told("name: 'a${{ n }}'\n    dir: 'runs/${{ name }}'") == ["dir"])
        #expect(try told("dir: '${{ index }}'\n    stdout: 'out-${{ n }}'") == [])
        #expect(try told("dir: '${{ index }}'\n    stdout: '/tmp/out-${{ n }}'") == ["stdout"])
        #expect(try told("stdout: 'o${{ n }}'\n    stderr: 'e${{ n }}'") == ["stdout", "stderr"])
    }

    @Test func `drawn values and equal numbers repeat, different ones do not`() throws {
        func isTold(_ sweep: String) throws -> Bool {
            try !warnings(sweep, "dir: 'runs/${{ name }}'").isEmpty
        }
        let dice = "{random: {n: {distribution: integer, from: 1, to: 3, count: 6}}}"
        #expect(try isTold(dice))
        #expect(try isTold("{random: {n: {distribution: integer, from: 1, to: 3, count: 200000}}}"))
        #expect(try isTold("{linspace: {n: [1, 1, 3]}}"))
        #expect(try isTold("{linspace: {n: [1, 1, 200000]}}"))
        #expect(try !isTold("{linspace: {n: [0, 1, 200000]}}"))
        #expect(try !isTold("{grid: {n: {random: {distribution: uniform, from: 0, to: 1, count: 6}}}}"))
        #expect(try !isTold("{grid: {n: [1, 2]}, repeat: 3}"))
        #expect(try !isTold("{zip: {n: [1, 2, 3], m: [1, 1, 1]}}"))
    }

    @Test func `a fault behind an alias is told once and brings no other`() {
        #expect(
            refusal("tasks:\n  a: {run: x, sweep: &s {grid: {n: []}}}\n  b: {run: x, sweep: *s}\n")
                == "b.yaml:2:36: the sweep is empty: `n` has no values")
    }
}
