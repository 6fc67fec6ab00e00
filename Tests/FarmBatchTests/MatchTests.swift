import FarmBatch
import FarmTemplate
import Testing

/// The tasks of a batch in the order of the job: name, parameters, and the indices of those they wait for.
private func tasks(_ batch: Batch) throws -> [(name: String, point: [String: String], after: Set<Int>)] {
    var ranges: [Range<Int>] = []
    for group in batch.groups {
        let first = ranges.last?.upperBound ?? 0
        ranges.append(first..<first + Int(group.count))
    }
    var tasks: [(name: String, point: [String: String], after: Set<Int>)] = []
    for group in batch.groups {
        let sweep = batch.templates[Int(group.template)].sweep
        var after: Set<Int> = []
        for dependency in group.after {
            #expect(dependency.quorum == .all)
            for case .group(let number) in dependency.sources { after.formUnion(ranges[Int(number)]) }
        }
        for offset in 0..<group.count {
            let index = group.templateIndex(offset)
            let values = try sweep?.values(at: index).map(\.text) ?? []
            tasks.append(
                (group.name, Dictionary(uniqueKeysWithValues: zip(sweep?.names ?? [], values)), after))
        }
    }
    return tasks
}

@Suite struct MatchTests {
    @Test func `points wait for those with the same values, and sweeps in one order have a group a value`()
        throws
    {
        let batch = try read(
            """
            tasks:
              mesh: {run: x, sweep: {grid: {n: [64, 128]}}}
              solve:
                after: {match: mesh}
                sweep: {grid: {n: [64, 128.0], a: [1, 2, 3]}}
                run: x
            """)
        #expect(batch.groups.map(\.name) == ["mesh", "mesh", "solve", "solve"])
        #expect(batch.groups.map(\.count) == [1, 1, 3, 3])
        #expect(batch.groups.map(\.pointBase) == [0, 1, 0, 3])
        #expect(batch.groups[2].after == [Dependency([.group(0)])])
        #expect(batch.groups[3].after == [Dependency([.group(1)])])
        #expect(try tasks(batch).map(\.point)[7] == ["n": "128.0", "a": "3"])
        // One template each, however many groups.
        #expect(batch.templates.count == 2)
    }

    @Test func `a chain of matches ties by what each two have in common`() throws {
        let batch = try read(
            """
            tasks:
              post:
                after: [{match: solve, when: ended}, setup]
                run: x
                sweep: {grid: {a: [1, 2], n: [7, 8]}}
              mesh: {run: x, sweep: {range: {n: [7, 8]}}}
              setup: {run: x}
              solve: {after: {match: mesh}, run: x, sweep: {grid: {n: [8, 7], a: [2, 1], b: [0, 1]}}}
              all: {after: post, run: x}
            """)
        let all = try tasks(batch)
        #expect(all.count == 2 + 1 + 8 + 4 + 1)
        for task in all {
            let wanted: Set<Int> = Set(
                all.indices.filter { index in
                    let other = all[index]
                    switch task.name {
                    case "solve": return other.name == "mesh" && other.point["n"] == task.point["n"]
                    case "post":
                        return other.name == "setup"
                            || other.name == "solve" && other.point["n"] == task.point["n"]
                                && other.point["a"] == task.point["a"]
                    case "all": return other.name == "post"
                    default: return false
                    }
                })
            #expect(task.after == wanted, "\(task.name) \(task.point)")
        }
        let post = try #require(batch.groups.first { $0.name == "post" })
        #expect(post.after.map(\.when) == [.succeeded, .ended])
    }

    @Test func `whatever the sweeps are, a point waits for all with its values and no others`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Sequence64(state: seed)
        var accepted = 0
        for round in 0..<200 {
            func sweep() -> String {
                let axes = ["a", "b", "c"].shuffled(using: &random).prefix(
                    Int.random(in: 1...3, using: &random))
                let grid = axes.map { name in
                    let values = (0...3).shuffled(using: &random).prefix(
                        Int.random(in: 1...4, using: &random))
                    return
                        "\(name): [\(values.map { Bool.random(using: &random) ? "\($0)" : "\($0).0" }.joined(separator: ", "))]"
                }
                return "{grid: {\(grid.joined(separator: ", "))}}"
            }
            let text = """
                tasks:
                  one: {run: x, sweep: \(sweep())}
                  two: {after: {match: one}, run: x, sweep: \(sweep())}
                """
            let batch: Batch
            do { batch = try read(text) } catch let error as BatchError {
                // Only what has no partner, or nothing in common.
                #expect(error.problems.allSatisfy { $0.code == .dependency }, "seed \(seed), round \(round)")
                continue
            }
            accepted += 1
            func number(_ text: String?) -> Double? { text.flatMap { Double($0) } }
            let all = try tasks(batch)
            for task in all where task.name == "two" {
                let wanted = all.indices.filter { index in
                    all[index].name == "one"
                        && all[index].point.allSatisfy { name, value in
                            task.point[name] == nil || number(task.point[name]) == number(value)
                        }
                }
                #expect(task.after == Set(wanted) && !wanted.isEmpty, "seed \(seed), round \(round): \(text)")
            }
            // Names come of the sweep as a whole.
            #expect(Set(all.map { "\($0.name)\($0.point.sorted { $0.key < $1.key })" }).count == all.count)
        }
        #expect(accepted > 5, "seed \(seed)")
    }

    @Test(arguments: [
        (
            "  b: {after: {match: a}, run: x, sweep: {grid: {n: [1, 3]}}}",
            "3:22: no task of `a` has n=3, as one of `b` has"
        ),
        (
            "  b: {after: {match: a}, run: x, sweep: {grid: {m: [1]}}}",
            "3:22: `b` and `a` have no parameter in common to be matched by"
        ),
        ("  b: {after: {match: a}, run: x}", "3:22: `match` ties points of two sweeps, and `b` has no sweep"),
        ("  b: {after: {match: c}, run: x}", "3:22: no task is called “c”"),
        ("  b: {after: {match: 12}, run: x}", "3:22: `match` takes the name of a task of this file"),
        (
            "  b: {after: {match: b}, run: x, sweep: {grid: {n: [1]}}}",
            "3:22: the task `b` cannot come after itself"
        ),
        ("  b: {after: {match: [a]}, run: x}", "3:22: `match` must be the name of a task, found a list"),
        (
            "  b: {after: {match: a}, run: x, canary: 1, sweep: {grid: {n: [1]}}}",
            "3:22: `match` makes several groups of `b`, and its brakes"
        ),
        (
            "  b: {after: {match: a, all: a}, run: x}", "3:14: `after` needs one of"
        ),
        (
            "  b: {after: {match: a}, run: x, sweep: {grid: {n: [1, 2]}, range: {i: [1, 1000000]}}}",
            "3:22: `match` ties single tasks, and `a` and `b` have 2000002; at most 1000000 are possible"
        ),
        (
            "  b: {after: {match: a}, run: x, sweep: {range: {i: [1, 60000]}, list: [{n: 1}, {n: 2}], when: i > 0}}",
            "accepted"
        ),
        (
            "  b: {after: {match: a}, run: x, sweep: {grid: [{range: {i: [1, 60000]}}, {list: [{n: 1}, {n: 2}]}]}}",
            "3:22: `match` makes too many groups of these sweeps: put the parameters that are matched (n) first"
        ),
    ])
    func `C63 a match that cannot be is refused with what to write instead`(_ task: String, _ wanted: String)
    {
        let found = refusal("tasks:\n  a: {run: x, sweep: {grid: {n: [1, 2]}}}\n\(task)\n")
        #expect(found.hasPrefix(wanted == "accepted" ? wanted : "b.yaml:" + wanted), "\(found)")
    }
}
