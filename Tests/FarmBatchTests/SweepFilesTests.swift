import FarmBatch
import FarmTemplate
import Foundation
import Testing

/// The points of the only task, a text each.
private func points(_ sweep: String) throws -> [String] {
    let batch = try read("tasks:\n  a:\n    run: x\n    sweep: \(sweep)\n")
    let sweep = try #require(batch.templates[0].sweep)
    #expect(batch.taskCount == UInt64(sweep.count))
    return try (0..<sweep.count).map { index in
        zip(sweep.names, try sweep.values(at: index)).map { "\($0)=\($1.text)" }.joined(separator: " ")
    }
}

@Suite struct SweepFilesTests {
    @Test(arguments: [
        ("{zip: {n: [64, 0x80], a: {linspace: [0, 1, 2]}}}", ["n=64 a=0.0", "n=0x80 a=1.0"]),
        (
            "{zip: [{list: [{x: 1, y: 2}, {x: 3, y: 4}]}, {grid: {a: [5], b: [6, 7]}}]}",
            ["x=1 y=2 a=5 b=6", "x=3 y=4 a=5 b=7"]
        ),
        (
            "{grid: [{zip: {a: [1, 2], b: [3, 4]}}, {grid: {c: [5, 6]}}]}",
            ["a=1 b=3 c=5", "a=1 b=3 c=6", "a=2 b=4 c=5", "a=2 b=4 c=6"]
        ),
        ("{linspace: {a: {from: 0, to: 1, count: 3}}}", ["a=0.0", "a=0.5", "a=1.0"]),
        ("{logspace: {a: [1, 100, 3]}}", ["a=1.0", "a=10.0", "a=100.0"]),
        ("{grid: {a: {logspace: [1, 4, 3]}, b: [x]}}", ["a=1.0 b=x", "a=2.0 b=x", "a=4.0 b=x"]),
        ("{list: [{n: 1}], repeat: 2}", ["n=1 repeat=0", "n=1 repeat=1"]),
        ("{list: [{n: 1}], include: [{n: 0.50}], repeat: {count: 1, name: k}}", ["n=1 k=0", "n=0.50 k=0"]),
        ("{include: [{n: 1, m: a}, {m: b, n: 2}]}", ["n=1 m=a", "n=2 m=b"]),
        ("{grid: {n: [1], m: [2]}, include: [{m: b, n: 2}]}", ["n=1 m=2", "n=2 m=b"]),
        ("{grid: {n: [1, 2], m: [1, 2]}, exclude: [{n: 1.0, m: 2}]}", ["n=1 m=1", "n=2 m=1", "n=2 m=2"]),
        ("{grid: {n: [1, 2, 3]}, when: n != 2}", ["n=1", "n=3"]),
        (
            "{grid: {n: [1, 2, 3]}, when: \"n in [1, 2]\", exclude: [{n: 1}], include: [{n: 1}]}",
            ["n=2", "n=1"]
        ),
        ("{grid: {n: [1]}, when: n > 1, include: [{n: 7}]}", ["n=7"]),
    ])
    func `each kind has the points that its page says`(_ sweep: String, _ wanted: [String]) throws {
        #expect(try points(sweep) == wanted)
    }

    @Test func `the seed alone makes other values and none is the seed 0`() throws {
        let random = "{random: {x: {distribution: uniform, from: 0, to: 1, count: 3}}"
        #expect(try points(random + ", seed: 7}")[0] == "x=0.3801349327373674")
        #expect(try points(random + ", seed: 0}") == points(random + "}"))
        #expect(try points(random + ", seed: 1}") != points(random + "}"))
        let inside = "{grid: {x: {random: {distribution: uniform, from: 0, to: 1, count: 3}}}, seed: 7}"
        #expect(try points(inside) == points(random + ", seed: 7}"))
    }

    @Test func `ten million points are accepted at once`() throws {
        let batch = try read(
            """
            tasks:
              a:
                run: echo ${{ x }} ${{ g }}
                sweep:
                  linspace: {x: [0, 1, 10000]}
                  random: {g: {distribution: normal, count: 1000}}
            """)
        #expect(batch.taskCount == 10_000_000)
        #expect(batch.templates[0].encoded().count < 400)
    }

    @Test(arguments: [
        (
            "{zip: {n: [1, 2, 3], m: [1, 2]}}",
            "4:18: `zip` puts values side by side, and needs as many of each: `n` has 3, `m` has 2"
        ),
        ("{zip: []}", "4:18: the sweep is empty: `zip` has no parts"),
        (
            "{zip: [{}]}",
            "4:19: this part of `zip` is empty: give it grid, zip, list, csv, range, linspace, logspace, random"
        ),
        (
            "{zip: [{repeat: 2}]}",
            "4:20: `repeat` is not a key of a part of `zip`; expected one of grid, zip, list, csv, range, linspace, logspace, random"
        ),
        (
            "{linspace: [0, 1, 3]}",
            "4:23: `linspace` must be a mapping of parameters to their values, found a list"
        ),
        (
            "{linspace: {from: 0, to: 1, count: 3}}",
            "4:23: `linspace` has no parameter: write `linspace: {n: {from: …, to: …, count: …}}`"
        ),
        ("{linspace: {n: [0, 1]}}", "4:27: `linspace` is [from, to, count], found a list"),
        ("{linspace: {n: {from: 0, to: 1}}}", "4:27: `linspace` needs `from`, `to` and `count`"),
        ("{linspace: {n: [0, 1, 0]}}", "4:34: `count` must be 1 to 2147483648, found 0"),
        ("{linspace: {n: [0, x, 3]}}", "4:31: expected a number in `linspace`, found “x”"),
        (
            "{logspace: {n: [0, 1, 3]}}",
            "4:27: `from` of `logspace` must be more than 0, found 0: it goes from value to value, not from exponent to exponent"
        ),
        (
            "{random: {n: {from: 0}}}",
            "4:25: `random` needs `distribution`: one of uniform, loguniform, normal, integer, choice"
        ),
        (
            "{random: {n: {distribution: unifrom, from: 0, to: 1, count: 1}}}",
            "4:40: “unifrom” is no distribution; did you mean “uniform”?"
        ),
        (
            "{random: {n: {distribution: normal, from: 0, count: 1}}}",
            "4:48: `from` does not go with `normal`"
        ),
        ("{random: {n: {distribution: uniform, from: 0, to: 1}}}", "4:25: `uniform` needs `count`"),
        (
            "{random: {n: {distribution: uniform, from: 1, to: 1, count: 2}}}",
            "4:25: `from` of `random` must be less than `to`, found 1 and 1"
        ),
        ("{random: {n: {distribution: choice, values: 5, count: 2}}}", "4:56: `values` must be a list"),
        (
            "{grid: {n: {linspace: [0, 1, 2], logspace: [1, 2, 3]}}}",
            "4:23: the values of `n` must be one of range, linspace, logspace, random"
        ),
        ("{grid: {n: [1]}, repeat: 0}", "4:37: `repeat` must be 1 to 1000000, found 0"),
        ("{repeat: 3}", "4:21: the sweep has no points that could be repeated"),
        ("{grid: {repeat: [1]}, repeat: 2}", "4:42: the parameter “repeat” is given twice"),
        ("{grid: {n: [1]}, seed: x}", "4:35: `seed` must be a whole number, found “x”"),
        (
            "{grid: {n: [1], m: [2]}, include: [{n: 1}]}",
            "4:47: this point has no `m`, as the others of the sweep have"
        ),
        (
            "{grid: {alpha: [1]}, exclude: [{alhpa: 1}]}",
            "4:44: the sweep has no `alhpa`; did you mean “alpha”?"
        ),
        ("{exclude: [{alpha: 1}]}", "4:22: the sweep has no points that could be left out"),
        (
            "{grid: {alpha: [1]}, when: alhpa == 1}",
            "4:39: the sweep has no parameter “alhpa”; did you mean “alpha”?; write 'alhpa' if it is a text"
        ),
        ("{grid: {n: [1]}, when: n == 1 && n < 5}", "4:42: “&” means nothing here: write `and`"),
        ("{grid: {n: [1]}, when: \"n == 'ä' and n = 5\"}", "4:51: “=” means nothing here: write `==`"),
        (
            "{grid: {n: [1]}, when: \"\\x6e = 5\"}",
            "4:35: “=” means nothing here: write `==` (at character 3 of the text)"
        ),
        (
            "{grid: {n: [1]}, when: '${{ n }} == 1'}",
            "4:35: `when` names parameters as they are: n, not ${{ n }}"
        ),
        (
            "{grid: {n: [1]}, when: n > 1}",
            "4:35: the sweep is empty: `exclude` and `when` leave none of its points"
        ),
        (
            "{range: {n: [1, 20000000]}, when: n > 1}",
            "4:46: `when` and `exclude` look at each of 20000000 points; at most 16777216 are possible: make several sweeps of it, or list the points that stay"
        ),
        (
            "{range: {n: [1, 2]}, repeat: {count: 2, times: 2}}",
            "4:52: `times` is not a key of `repeat`; expected one of count, name"
        ),
        (
            "{random: {from: 0, to: 1, count: 3}}",
            "4:21: `random` has no parameter: write `random: {n: {distribution: uniform, from: …, to: …, count: …}}`"
        ),
        (
            "{grid: {n: {from: 0, to: 1, count: 3}}}",
            "4:23: a range has no `count`: write {linspace: {from: …, to: …, count: …}}"
        ),
        (
            "{linspace: {n: {start: 0, stop: 1, num: 3}}}",
            "4:28: `start` is not a key of `linspace`; did you mean “from”?"
        ),
        (
            "{grid: {mode: [fast]}, when: mode == fast}",
            "4:49: the sweep has no parameter “fast”; it has mode; write 'fast' if it is a text"
        ),
        (
            "{grid: {n: [1], m: [2]}, when: n-m == 2}",
            "4:43: the sweep has no parameter “n-m”; it has n, m; there is no arithmetic"
        ),
        (
            "{grid: {a-b: [1], a_b: [2]}}",
            "4:30: the parameters “a-b” and “a_b” would both be the variable TASKS_PARAM_a_b: rename one"
        ),
        ("{grid: {n: [1]}, list: [{n: 2}]}", "4:37: the parameter “n” is given twice"),
        ("{grid: {n: [1]}, range: {m: [1, 2], n: [1, 2]}}", "4:48: the parameter “n” is given twice"),
        (
            "{grid: {\"true\": [1]}, when: true}",
            "4:40: `when` reads “true” as a value, and cannot go with a parameter of that name: rename it"
        ),
        (
            "{grid: {in: [1]}, when: in == 1}",
            "4:36: expected a parameter, a number or a quoted text, found “in”: a parameter of that name cannot be used in `when`"
        ),
        ("{csv: missing.csv}", "4:18: `csv`: missing.csv: there is no such file"),
        ("{csv: '-'}", "4:18: `csv` must name a file"),
    ])
    func `what is wrong is said with its place`(_ sweep: String, _ wanted: String) {
        let text = refusal("tasks:\n  a:\n    run: x\n    sweep: \(sweep)\n")
        #expect(text.split(separator: "\n").first.map(String.init) == "b.yaml:" + wanted)
    }
}
