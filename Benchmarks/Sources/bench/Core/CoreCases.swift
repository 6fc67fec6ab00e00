import TaskFarm

/// The cases of `bench core`. All but `simple` stand beside it.
extension CoreCase {
    static let simple = CoreCase(name: "an array of 200,000 tasks", tasks: 200_000) {
        [.array(200_000)]
    }

    /// The same, one result a turn.
    static let oneByOne = CoreCase(name: "the same, one result a turn", tasks: 200_000, batch: 1) {
        [.array(200_000)]
    }

    static var all: [CoreCase] { queues + graphs + others }

    /// What waits in the queue, and how.
    private static var queues: [CoreCase] {
        [
            CoreCase(name: "200,000 payloads in 200 parts", tasks: 200_000) { [.map(200_000)] },
            CoreCase(
                name: "the array beside 100,000 parked tasks", tasks: 200_000,
                parked: {
                    let blocker = TaskID(JobID(1), 0)
                    return [
                        .array(1), CoreJob(groups: 100_000) { _ in .array(1, after: .task(blocker)) },
                    ]
                }
            ) { [.array(200_000)] },
            CoreCase(name: "an array of 1,000,000", tasks: 1_000_000) { [.array(1_000_000)] },
            // A group has a policy, a state and conditions of its own: for comparison only.
            CoreCase(name: "100,000 groups of 1 in a job", tasks: 100_000, floor: nil) {
                [CoreJob(groups: 100_000) { _ in .array(1) }]
            },
            CoreCase(name: "10,000 jobs of 10", tasks: 100_000, floor: nil) {
                (0..<10_000).map { _ in .array(10) }
            },
            CoreCase(name: "10,000 jobs of 10 for each of 2 owners", tasks: 200_000, floor: nil) {
                (0..<20_000).map { .array(10, owner: $0 % 2 == 0 ? "you" : "me") }
            },
            CoreCase(name: "100 priorities", tasks: 200_000) {
                [CoreJob(groups: 100) { .array(2_000, TaskPolicy(priority: Int32($0))) }]
            },
        ]
    }

    /// What waits for something else.
    private static var graphs: [CoreCase] {
        [
            CoreCase(
                name: "a chain of 100,000, a link", tasks: 100_000,
                jobs: {
                    [
                        CoreJob(groups: 100_000) {
                            $0 == 0 ? .array(1) : .array(1, after: .group(UInt32($0 - 1)))
                        }
                    ]
                }, isOneByOne: true),
            CoreCase(name: "1, then an array of 100,000, then 1", tasks: 100_002) {
                [
                    CoreJob(groups: 3) {
                        $0 == 0
                            ? .array(1) : .array($0 == 1 ? 100_000 : 1, after: .group(UInt32($0 - 1)))
                    }
                ]
            },
            CoreCase(name: "1, then 100,000 groups of 1, then 1", tasks: 100_002, floor: nil) {
                [
                    CoreJob(groups: 100_002) { number in
                        guard number <= 100_000 else {
                            let sources = (1...100_000).map { Dependency.Source.group(UInt32($0)) }
                            return GroupSpec(template: 0, count: 1, after: [Dependency(sources)])
                        }
                        return number == 0 ? .array(1) : .array(1, after: .group(0))
                    }
                ]
            },
        ]
    }

    private static var others: [CoreCase] {
        [
            CoreCase(name: "1,000 distinct needs", tasks: 200_000) {
                [CoreJob(groups: 1_000) { .array(200, needs(mebibytes: $0 + 1)) }]
            },
            CoreCase(
                name: "1,000 needs, half fit nowhere now", tasks: 100_000, farm: .init(hasGiant: true),
                parked: {
                    let needs = Needs(memoryBytes: CoreFarm.Shape.giantMemoryBytes)
                    return [CoreJob { _ in .array(1, TaskPolicy(needs: needs, targets: ["giant"])) }]
                }
            ) {
                let beyond = Int(CoreFarm.Shape.memoryBytes >> 20)
                return [
                    CoreJob(groups: 1_000) {
                        .array(200, needs(mebibytes: $0 % 2 == 0 ? $0 + 1 : beyond + $0))
                    }
                ]
            },
            CoreCase(
                name: "the array on 10,000 engines of 1 slot", tasks: 200_000,
                farm: .init(engines: 10_000, slots: 1)
            ) { [.array(200_000)] },
            CoreCase(
                name: "cancelling an array of 1,000,000", tasks: 1_000_000, jobs: { [.array(1_000_000)] },
                isCancelled: true),
        ]
    }

    private static func needs(mebibytes: Int) -> TaskPolicy {
        TaskPolicy(needs: Needs(memoryBytes: UInt64(mebibytes) << 20))
    }
}
