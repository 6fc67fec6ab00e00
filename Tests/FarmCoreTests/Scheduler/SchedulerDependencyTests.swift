import FarmCore
import Testing

@Suite struct SchedulerDependencyTests {
    /// A row of the truth table: a condition over the ends of its sources.
    struct Row: Sendable, CustomTestStringConvertible {
        var quorum: Dependency.Quorum
        var when: Dependency.When
        var ends: [TaskState?]
        /// Ready, impossible, or neither yet.
        var expected: TaskState

        var testDescription: String { "\(quorum) \(when): \(ends.map { $0?.word ?? "pending" })" }

        /// By definition, not by counters.
        init(_ quorum: Dependency.Quorum, _ when: Dependency.When, _ ends: [TaskState?]) {
            self.quorum = quorum
            self.when = when
            self.ends = ends
            let hits = ends.filter { end in
                guard let end else { return false }
                return when == .ended || (end == .succeeded) == (when == .succeeded)
            }.count
            let possible = hits + ends.filter { $0 == nil }.count
            let needed =
                switch quorum {
                case .all: ends.count
                case .any: 1
                case .atLeast(let n): Int(n)
                }
            expected = hits >= needed ? .ready : possible < needed ? .impossible : .waiting
        }

        static let table: [Row] = {
            let states: [TaskState?] = [nil, .succeeded, .failed, .cancelled]
            var rows: [Row] = []
            for quorum in [Dependency.Quorum.all, .any, .atLeast(1), .atLeast(2), .atLeast(3), .atLeast(4)] {
                for when in Dependency.When.allCases {
                    for a in states {
                        for b in states { for c in states { rows.append(Row(quorum, when, [a, b, c])) } }
                    }
                }
            }
            return rows
        }()
    }

    enum Shape: CaseIterable, Sendable {
        /// Three tasks by their numbers, one group, one job, three groups of the same job; set before or
        /// after the ends.
        case tasksBefore, tasksAfter, groupBefore, jobBefore, jobAfter, groups
    }

    @Test(arguments: Shape.allCases)
    func `C12 truth table of met and unreachable`(_ shape: Shape) {
        for row in Row.table { check(row, shape) }
    }

    private func check(_ row: Row, _ shape: Shape) {
        let farm = TestFarm(hwm: 0)
        _ = farm.engine("parents", slots: 3)
        let parents: [TaskID]
        let child: TaskID
        func after(_ sources: [Dependency.Source]) -> GroupSpec {
            .tasks(2, targets: ["nowhere"], after: Dependency(sources, quorum: row.quorum, when: row.when))
        }
        switch shape {
        case .groupBefore, .groups:
            let count: UInt32 = shape == .groups ? 1 : 3
            let sources = (0..<3 / count).map { Dependency.Source.group($0) }
            let groups = (0..<3 / count).map { _ in GroupSpec.tasks(count) } + [after(sources)]
            guard case .accepted(let job, _) = farm.submit(groups) else { return }
            parents = (0..<3).map { TaskID(job, $0) }
            child = TaskID(job, 3)
            end(row, parents, farm)
        case .tasksBefore, .tasksAfter, .jobBefore, .jobAfter:
            let job = farm.job(.tasks(3))
            parents = (0..<3).map { TaskID(job, $0) }
            if shape == .tasksAfter || shape == .jobAfter { end(row, parents, farm) }
            let isByTask = shape == .tasksBefore || shape == .tasksAfter
            child = TaskID(farm.job(after(isByTask ? parents.map { .task($0) } : [.job(job)])), 0)
            if shape == .tasksBefore || shape == .jobBefore { end(row, parents, farm) }
        }
        let both = [farm.state(child), farm.state(TaskID(child.job, child.index + 1))]
        #expect(both == [row.expected, row.expected], "\(row.testDescription), \(shape)")
    }

    private func end(_ row: Row, _ parents: [TaskID], _ farm: TestFarm) {
        for (task, end) in zip(parents, row.ends) {
            guard let end else { continue }
            if end == .cancelled { _ = farm.cancel(TaskRange(first: task, count: 1)) }
            farm.end(task, end, cause: end == .failed ? .failure : .cancelled)
        }
    }

    @Test func `C13 a child starts when its parent has ended, not before`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 4)
        let job = farm.job(.tasks(2), .tasks(1, after: Dependency([.group(0)])))
        farm.pass(.seconds(1))
        farm.end(TaskID(job, 1))
        #expect(farm.out.keys.sorted() == [TaskID(job, 0)])
        farm.pass(.seconds(1))
        farm.end(TaskID(job, 0))
        let parentEnded = farm.entry(TaskID(job, 0))?.endedAt ?? .never
        #expect(farm.sent.last?.name.task == TaskID(job, 2))
        #expect(farm.sent.last.map { $0.at >= parentEnded } == true)
    }

    @Test func `C14 a failed parent makes its descendants impossible in the same turn, and no sibling`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 4)
        let job = farm.job(
            .tasks(1, name: "mesh"), .tasks(1, name: "sibling"), .tasks(3, after: Dependency([.group(0)])),
            .tasks(1, after: Dependency([.group(2)])),
            .tasks(1, after: Dependency([.group(3)], when: .ended)),
            .tasks(1, after: Dependency([.group(1)])))
        farm.end(TaskID(job, 0), .failed)
        for index in [2, 3, 4, 5] as [UInt32] {
            let entry = farm.entry(TaskID(job, index))
            #expect(entry?.state == .impossible && entry?.cause == .dependency)
            #expect(entry?.root == TaskID(job, 0), "names the first failed ancestor")
        }
        // Who waits for an end gets one; who waits for the sibling still waits.
        #expect(farm.state(TaskID(job, 6)) == .assigned)
        #expect(farm.state(TaskID(job, 1)) == .assigned && farm.state(TaskID(job, 7)) == .waiting)
    }

    @Test func `C14 a chain of any length falls at once`() {
        let farm = TestFarm()
        _ = farm.engine()
        let length: UInt32 = 5_000
        let groups = (0..<length).map { index in
            index == 0 ? GroupSpec.tasks(1) : .tasks(1, after: Dependency([.group(index - 1)]))
        }
        guard case .accepted(let job, _) = farm.submit(groups) else { return }
        farm.end(TaskID(job, 0), .failed)
        #expect(farm.counts(job).impossible == Int(length) - 1)
        #expect(farm.entry(TaskID(job, length - 1))?.root == TaskID(job, 0))
    }

    @Test func `C14 the root named is the ancestor that ended otherwise than asked, not its neighbour`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 4)
        let job = farm.job(.tasks(2))
        farm.end(TaskID(job, 0), .failed)
        farm.end(TaskID(job, 1), .failed)
        let child = farm.job(.tasks(1, after: Dependency([.task(TaskID(job, 1))])))
        #expect(farm.entry(TaskID(child, 0))?.root == TaskID(job, 1))
        // Of two that were to fail, the one that succeeded is to blame.
        let two = farm.job(.tasks(2))
        let unhappy = farm.job(.tasks(1, after: Dependency([.job(two)], when: .failed)))
        farm.end(TaskID(two, 0), .failed)
        farm.end(TaskID(two, 1), .succeeded)
        #expect(farm.entry(TaskID(unhappy, 0))?.root == TaskID(two, 1))
    }

    @Test func `C15 on failure runs after a failure and is impossible after a success, on end always runs`() {
        for state in [TaskState.succeeded, .failed] {
            let farm = TestFarm()
            _ = farm.engine(slots: 4)
            let job = farm.job(
                .tasks(1), .tasks(1, after: Dependency([.group(0)], when: .failed)),
                .tasks(1, after: Dependency([.group(0)], when: .ended)))
            farm.end(TaskID(job, 0), state)
            #expect(farm.state(TaskID(job, 1)) == (state == .failed ? .assigned : .impossible))
            #expect(farm.state(TaskID(job, 2)) == .assigned)
        }
    }

    @Test func `C16 any is met by the first success and impossible only when all have failed`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 8)
        let job = farm.job(.tasks(3), .tasks(1, after: Dependency([.group(0)], quorum: .any)))
        farm.end(TaskID(job, 0), .failed)
        farm.end(TaskID(job, 1), .failed)
        #expect(farm.state(TaskID(job, 3)) == .waiting)
        farm.end(TaskID(job, 2))
        #expect(farm.state(TaskID(job, 3)) == .assigned)
        let other = farm.job(.tasks(2), .tasks(1, after: Dependency([.group(0)], quorum: .any)))
        farm.end(TaskID(other, 1), .failed)
        #expect(farm.state(TaskID(other, 2)) == .waiting)
        farm.end(TaskID(other, 0), .failed)
        #expect(farm.state(TaskID(other, 2)) == .impossible)
    }

    @Test
    func `C17 what has ended already meets a dependency at submission, and naming it twice does no harm`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 8)
        let job = farm.job(.tasks(2))
        farm.end(TaskID(job, 0))
        farm.end(TaskID(job, 1))
        let task = Dependency.Source.task(TaskID(job, 0))
        let child = farm.job(.tasks(1, after: Dependency([task, task, task, .job(job), .job(job)])))
        #expect(farm.state(TaskID(child, 0)) == .assigned)
        // Twice is not two: at least two needs two tasks.
        let pair = farm.job(.tasks(1, after: Dependency([task, task], quorum: .atLeast(2))))
        #expect(farm.state(TaskID(pair, 0)) == .impossible)
    }

    @Test func `a whole job that still grows is waited for to its end`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 8)
        let key = farm.key()
        guard case .accepted(let job, _) = farm.submit([.tasks(1)], key: key, isLast: false, streaming: true)
        else { return }
        let child = farm.job(.tasks(1, after: Dependency([.job(job)])))
        farm.end(TaskID(job, 0))
        #expect(farm.state(TaskID(child, 0)) == .waiting)
        _ = farm.submit([.tasks(1)], key: key, part: 1, streaming: true)
        #expect(farm.state(TaskID(child, 0)) == .waiting)
        farm.end(TaskID(job, 1))
        #expect(farm.state(TaskID(child, 0)) == .assigned)
    }

    @Test func `C20 100,000 parked dependents are not looked at while others run`() {
        let farm = TestFarm()
        _ = farm.engine(slots: 400)
        // All of them wait for the end of an array of 400, each with a group and a condition of its own.
        let groups =
            [GroupSpec.tasks(400)] + (0..<100_000).map { _ in .tasks(after: Dependency([.group(0)])) }
        guard case .accepted(let job, _) = farm.submit(groups) else { return #expect(Bool(false)) }
        let before = farm.scheduler.statistics.judgements
        for index in 0..<399 as Range<UInt32> { farm.end(TaskID(job, index), turn: false) }
        farm.turn()
        #expect(farm.scheduler.statistics.judgements == before)
        #expect(farm.counts(job).waiting == 100_000)
        farm.end(TaskID(job, 399), turn: false)
        #expect(farm.scheduler.statistics.judgements == before + 100_000)
        #expect(farm.counts(job).waiting == 0)
    }
}
