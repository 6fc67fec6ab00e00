extension JobScript {
    /// What a new job may refer to.
    struct Setting {
        /// Jobs that were accepted and are not known to be forgotten, with the tasks that they had then.
        var jobs: [(id: JobID, tasks: UInt32)]
        var machines: [SimulationPlan.Machine]
        /// Ended jobs are forgotten soon: nothing refers to another job for certain.
        var forgets: Bool
        /// The whole farm's.
        var limits: [NamedAmount] = []
    }

    /// Draws a job of about so many tasks.
    static func draw(tasks: Int, in setting: Setting, _ random: inout SimulationRandom) -> JobScript {
        var script = JobScript(key: UniqueKey(using: &random))
        let isStreaming = random.chance(35)
        var groups: [GroupSpec] = []
        var templates: [[UInt8]] = []
        var left = max(1, tasks)
        var index: UInt32 = 0
        while left > 0 && groups.count < 6 {
            let count = random.chance(30) ? left : random.pick(1...max(1, left / 2))
            left -= count
            let home = random.below(setting.machines.count)
            var spec = script.group(
                number: groups.count, count: count, first: index, home: home, setting, &random)
            spec.template = UInt32(templates.count)
            var behaviour = Self.behaviour(count, &random)
            behaviour.draw(home: home, spec.policy, &random)
            if setting.machines.contains(where: { $0.pool != nil }), random.chance(40) {
                Self.makeCollective(&spec.policy, &behaviour, setting.machines, &random)
            }
            templates.append(behaviour.bytes)
            if random.chance(15) {
                for _ in 0..<random.pick([1, 1, 2]) {
                    spec.policy.recoveries.append(
                        Recovery(
                            template: UInt32(templates.count), retry: retry(&random),
                            graceNanoseconds: random.time(0...200_000_000)))
                    templates.append(Self.behaviour(count, &random).bytes)
                }
            }
            // What is added to a stream after its deadline expires at once.
            if isStreaming, random.chance(20) {
                spec.policy.deadline = .after(random.time(1_000_000...250_000_000))
            }
            groups.append(spec)
            index += UInt32(count)
        }
        script.layLanes(&groups, in: setting)
        script.skipUnchanged(&groups, &templates)
        if setting.machines.contains(where: { $0.lifetime != nil }) { script.estimate(&groups, templates) }
        let header = JobHeader(
            name: random.chance(50) ? "job" : "", isStreaming: isStreaming,
            weight: random.pick([100, 100, 1, 250, 100_000]),
            brake: random.chance(12) && !script.mayBeRefused ? Self.brake(&random) : Brake())
        if isStreaming {
            script.stream(header, groups, templates, &random)
        } else {
            if random.chance(30) { script.addForwardDependency(&groups, &random) }
            script.seal(header, groups, templates, &random)
        }
        if random.chance(6) { script.spoil(&random) }
        return script
    }

    /// A few tasks may take long; of many it would only cost virtual time.
    private static func behaviour(_ count: Int, _ random: inout SimulationRandom) -> Behaviour {
        let lengths: [Behaviour.Length] =
            count > 12 ? [.none, .tiny, .short] : [.tiny, .short, .medium, .long, .mixed]
        return Behaviour(
            length: random.pick(lengths),
            failurePercent: UInt8(random.pick([0, 0, 0, 10, 40, 100])))
    }

    private static func retry(_ random: inout SimulationRandom) -> RetryPolicy {
        var retry = RetryPolicy(
            failure: UInt32(random.pick([0, 0, 1, 2])), timeout: UInt32(random.pick([0, 0, 1])),
            outOfMemory: UInt32(random.pick([0, 0, 1, 2])),
            engineLost: UInt32(random.pick([5, 5, 5, 1, 0])), avoidsEngine: random.chance(25),
            memoryFactor: random.pick([1, 1.5, 2]))
        if random.chance(12) { retry.exitCodes = random.pick([[1], [2], [1, 3]]) }
        if random.chance(8) { retry.errors = [random.pick(["Late", "Broken"])] }
        guard random.chance(30) else { return retry }
        retry.delayNanoseconds = random.time(1_000...300_000_000)
        retry.factor = random.pick([1, 1.5, 2])
        retry.jitter = random.pick([0, 0.1, 1])
        if random.chance(50) { retry.maximumDelayNanoseconds = random.time(1_000...300_000_000) }
        return retry
    }

    private func group(
        number: Int, count: Int, first: UInt32, home: Int, _ setting: Setting,
        _ random: inout SimulationRandom
    ) -> GroupSpec {
        var spec = GroupSpec(template: 0, count: UInt32(count), name: "g\(number)")
        spec.policy.priority = Int32(random.pick([0, 0, 0, -1, 1, 5]))
        spec.policy.retry = Self.retry(&random)
        if random.chance(8) { spec.policy.deadline = .after(random.time(1_000_000...3_000_000_000)) }
        if random.chance(8) {
            spec.policy.startWithinNanoseconds = random.time(1_000_000...1_000_000_000)
        }
        if random.chance(10) { spec.policy.estimateNanoseconds = random.time(1_000...2_000_000_000) }
        if random.chance(15) { spec.policy.timeoutNanoseconds = random.time(1_000_000...300_000_000) }
        spec.policy.graceNanoseconds = random.time(0...200_000_000)
        let machine = setting.machines[home]
        if random.chance(30) { spec.policy.needs = Self.needs(of: machine, setting.limits, &random) }
        if random.chance(12) { spec.policy.brake = Self.brake(&random) }
        // What a copy takes is not reckoned by the witness: only of what takes nothing scarce.
        if spec.policy.needs == Needs(), spec.policy.brake.isNone, random.chance(12) {
            spec.policy.speculate = true
        }
        if random.chance(20) {
            // Only what some machine can do: the machine that set the need is among the targets.
            spec.policy.targets = [machine.name]
            if random.chance(50) { spec.policy.targets.append(random.pick(setting.machines).name) }
            if random.chance(20), machine.tags == ["fast"] { spec.policy.targets = ["fast"] }
        }
        if random.chance(40) {
            // Some are longer than a frame.
            let bytes = count < 4 && random.chance(5) ? 300_000 : random.pick(9...60)
            for index in 0..<UInt32(count) {
                spec.payloads.append(Self.payload(key, first + index, bytes: bytes))
            }
        }
        if random.chance(45) { spec.after = after(number, setting, &random) }
        if random.chance(12) {
            let sources = sources(number, setting, &random)
            if !sources.isEmpty {
                // Where others ran there may be little.
                spec.policy.needs = Needs()
                spec.policy.follow = Follow(sources, isAll: random.chance(50))
            }
        }
        return spec
    }

    private func after(
        _ number: Int, _ setting: Setting, _ random: inout SimulationRandom
    ) -> [Dependency] {
        var result: [Dependency] = []
        for _ in 0..<random.pick([1, 1, 2]) {
            let sources = sources(number, setting, &random)
            guard !sources.isEmpty else { continue }
            let quorum = random.pick([
                Dependency.Quorum.all, .all, .any, .atLeast(UInt32(random.pick(1...4))),
            ])
            result.append(
                Dependency(
                    sources, quorum: quorum, when: random.pick([.succeeded, .succeeded, .failed, .ended])))
        }
        return result
    }

    private func sources(
        _ number: Int, _ setting: Setting, _ random: inout SimulationRandom
    ) -> [Dependency.Source] {
        var sources: [Dependency.Source] = []
        for _ in 0..<random.pick([1, 1, 2, 3]) {
            if number > 0, random.chance(70) {
                sources.append(.group(UInt32(random.below(number))))
            } else if let other = setting.jobs.randomElement(using: &random), other.tasks > 0,
                !setting.forgets
            {
                sources.append(
                    random.chance(40)
                        ? .job(other.id) : .task(TaskID(other.id, UInt32(random.below(Int(other.tasks))))))
            }
        }
        return sources
    }

    /// In a sealed job a group may wait for one behind it.
    private func addForwardDependency(_ groups: inout [GroupSpec], _ random: inout SimulationRandom) {
        guard groups.count > 1 else { return }
        let waiting = random.below(groups.count - 1)
        guard groups[waiting].policy.lane.isEmpty else { return }
        let source = random.pick((waiting + 1)...(groups.count - 1))
        let mentions = groups[(waiting + 1)...].contains { later in
            (later.after.flatMap(\.sources) + (later.policy.follow?.sources ?? [])).contains {
                if case .group = $0 { true } else { false }
            }
        }
        // Whoever waits backward might close a circle.
        guard !mentions else { return }
        groups[waiting].after.append(Dependency([.group(UInt32(source))]))
    }
}
