public import FarmTemplate

/// A place in `after` or `follow` that names jobs by what only the controller knows. It is looked up when the
/// batch is submitted.
public struct JobReference: Hashable, Sendable {
    /// How they are named.
    public enum Wanted: Hashable, Sendable {
        /// `heat`, `heat~1`, `12`, `heat.3`: as the command line selects jobs and tasks.
        case selector(String)
        /// All jobs that carry all of these.
        case labels([Label])
    }

    /// What of its group they are put into.
    enum Slot: Hashable, Sendable {
        /// The `after` of this position.
        case after(Int)
        case follow
    }

    /// How the jobs are named.
    public var wanted: Wanted
    /// The file that says so, as whoever gave it has named it.
    public var file: String
    /// From 1; 0 if it comes from the command line.
    public var line: Int
    /// From 1, in characters; 0 if it comes from the command line.
    public var column: Int
    /// Position of the group among those that it came with.
    var group = 0
    var slot: Slot
    /// Tasks of the file that its `after` names beside other jobs.
    var fileTasks: UInt64 = 0

    init(_ wanted: Wanted, file: String, line: Int = 0, column: Int = 0, slot: Slot) {
        self.wanted = wanted
        self.file = file
        self.line = line
        self.column = column
        self.slot = slot
    }

    /// Something that is wrong with it, at its place.
    public func problem(_ message: String) -> BatchProblem {
        BatchProblem(.dependency, file: file, line: line, column: column, message)
    }

    /// Puts what was found into the groups.
    ///
    /// - Parameters:
    ///   - find: what a reference stands for; not empty.
    ///   - count: how many tasks a job has, nil if more may come; only asked for `at-least`.
    /// - Throws: what `find` throws for the first reference; if that are problems, those of all.
    static func resolve(
        _ references: [JobReference], in groups: inout [GroupSpec],
        _ find: (JobReference) async throws -> [Dependency.Source],
        counting count: (JobID) async throws -> UInt64?
    ) async throws {
        var problems: [BatchProblem] = []
        // Each costs a round trip, and what is named twice has to mean the same both times.
        var found: [Wanted: [Dependency.Source]] = [:]
        for reference in references {
            if problems.count >= BatchError.limit { throw BatchError(problems, isCut: true) }
            do {
                let sources: [Dependency.Source]
                if let known = found[reference.wanted] {
                    sources = known
                } else {
                    sources = try await find(reference)
                    found[reference.wanted] = sources
                }
                reference.put(sources, into: &groups[reference.group])
            } catch let error as BatchError {
                problems += error.problems
            }
        }
        if !problems.isEmpty { throw BatchError(problems) }
        problems = try await unreachable(references, in: groups, counting: count)
        if !problems.isEmpty { throw BatchError(problems) }
    }

    /// Where `at-least` is more than there is, now that it is known what the references stand for.
    private static func unreachable(
        _ references: [JobReference], in groups: [GroupSpec],
        counting count: (JobID) async throws -> UInt64?
    ) async throws -> [BatchProblem] {
        var problems: [BatchProblem] = []
        var seen: Set<[Int]> = []
        for reference in references {
            guard case .after(let index) = reference.slot, seen.insert([reference.group, index]).inserted,
                case .atLeast(let least) = groups[reference.group].after[index].quorum
            else { continue }
            var total = reference.fileTasks
            for source in groups[reference.group].after[index].sources where total < least {
                switch source {
                case .group: break
                case .task: total += 1
                // With a job that is still being handed in, there is no telling.
                case .job(let job): total += try await count(job) ?? UInt64(least)
                }
            }
            if total < least {
                problems.append(
                    reference.problem(
                        "`at-least: \(least)` can never be met: what is named here has \(total) tasks in all")
                )
            }
        }
        return problems
    }

    private func put(_ sources: [Dependency.Source], into group: inout GroupSpec) {
        func add(to list: inout [Dependency.Source]) {
            let there = Set(list)
            list += sources.filter { !there.contains($0) }
        }
        switch slot {
        case .after(let index): add(to: &group.after[index].sources)
        case .follow:
            var follow = group.policy.follow ?? Follow([])
            add(to: &follow.sources)
            group.policy.follow = follow
        }
    }
}
