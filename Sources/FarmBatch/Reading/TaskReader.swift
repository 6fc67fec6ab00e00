import FarmTemplate

/// Reads one task: an entry of `tasks:`, or a line of a JSON Lines file.
struct TaskReader {
    let log: ProblemLog
    let defaults: Item?
    // What holds where neither the task nor the defaults say otherwise.
    let policy: TaskPolicy
    var check: String?
    var mpi: RankedLaunch?

    /// - Parameters:
    ///   - isLine: it is a line of JSON Lines, which may have `params`.
    ///   - parameters: what each task's payload brings.
    func read(_ item: Item, name: String, isLine: Bool = false, parameters: [String] = []) -> TaskDraft? {
        var draft = TaskDraft()
        draft.policy = policy
        (draft.template.check, draft.template.mpi) = (check, mpi)
        let shared = SharedFieldsReader(log: log)
        if let defaults {
            guard
                let fields = Fields(
                    defaults, of: "`defaults`", BatchKeys.shared, later: BatchKeys.laterInTask, log)
            else { return nil }
            shared.read(fields, into: &draft)
        }
        let known = isLine ? BatchKeys.line : BatchKeys.task
        let before = log.faultCount
        guard let fields = Fields(item, of: "a task", known, later: BatchKeys.laterInTask, log) else {
            return nil
        }
        // A key that is misspelt or not supported yet may well be what the task was to do.
        if BatchKeys.bodies.allSatisfy({ fields[$0] == nil }), log.faultCount > before { return nil }
        shared.read(fields, into: &draft)
        if let item = fields["retry"] { RetryReader(log: log).check(item, against: draft.policy.needs) }
        draft.template.payloadParameters = parameters
        if let item = fields["sweep"] {
            guard let sweep = SweepReader(log: log).read(item) else { return nil }
            draft.template.sweep = sweep
            draft.origins["sweep"] = item
            draft.count = UInt64(sweep.count)
        }
        if let item = fields["name"], let pattern = log.text(item, "name", "a name") {
            draft.template.namePattern = pattern
            draft.origins["name"] = item
        }
        if let item = fields["after"] { draft.after = DependencyReader(log: log).read(item) }
        if let item = fields["follow"] { draft.follow = FollowReader(log: log).read(item) }
        guard BodyReader(log: log).read(fields, item, into: &draft) else { return nil }
        RanksReader(log: log).settle(fields, item, into: &draft)
        if draft.policy.collective != nil, draft.policy.speculate || draft.follow != nil,
            let item = fields["collective"] ?? fields["follow"] ?? fields["speculate"] ?? fields["mpi"]
        {
            log.add(
                .badValue, at: item.position,
                "\(Self.collective(draft)) goes with neither `speculate` nor `follow`: its ranks run once, on one pool"
            )
        }
        if draft.policy.collective != nil, draft.policy.skipsUnchanged,
            let item = fields["skip-unchanged"] ?? fields["collective"] ?? draft.origins["skip-unchanged"]
        {
            log.add(
                .badValue, at: item.position,
                "`skip-unchanged` goes not with \(Self.collective(draft)): what ranks leave behind is not looked up"
            )
        }
        if let item = fields["recovery"], !readRecoveries(item, into: &draft) { return nil }
        if let lane = draft.origins["lane"] { checkLane(draft, at: lane.position) }
        return draft
    }

    private static func collective(_ draft: TaskDraft) -> String {
        draft.template.mpi.map { $0.hosts > 1 } ?? false ? "`mpi.hosts` above 1" : "`collective`"
    }

    /// A lane has a name, one engine, and no second tries.
    private func checkLane(_ draft: TaskDraft, at position: Position) {
        if draft.policy.lane.isEmpty {
            log.add(.badValue, at: position, "`lane` has no name: give it one, or leave the key out")
        } else if !draft.after.isEmpty {
            log.add(
                .badValue, at: position,
                "a task in a lane has no `after`: it waits for those before it in its lane only")
        } else if let problem = draft.policy(
            template: 0, follow: draft.follow.map { _ in Follow([.group(0)]) }
        )
        .problem() {
            log.add(.badValue, at: position, "the task \(problem)")
        }
    }

    /// One recovery, or several that follow each other.
    func readRecoveries(_ item: Item, into draft: inout TaskDraft) -> Bool {
        let items: [Item]
        if case .list(let list) = item.content { items = list } else { items = [item] }
        guard (1...Recovery.most).contains(items.count) else {
            log.add(
                .badValue, at: item.position,
                "`recovery` must be one task, or a list of up to \(Recovery.most) that follow each other")
            return false
        }
        for item in items {
            guard let recovery = readRecovery(item, of: draft) else { return false }
            draft.recoveries.append(recovery)
        }
        return true
    }

    /// What is said of the task itself holds for its recovery, but for what is to be done and how often.
    private func readRecovery(_ item: Item, of task: TaskDraft) -> TaskDraft? {
        var draft = TaskDraft()
        draft.template = task.template
        draft.template.body = .arguments([])
        (draft.template.stdin, draft.template.stdout, draft.template.stderr) = (nil, nil, nil)
        draft.template.result = .resultFile
        // It is done once, whatever the task is.
        (draft.template.skipUnchanged, draft.template.mpi) = (nil, nil)
        guard let fields = Fields(item, of: "`recovery`", BatchKeys.recovery, log) else { return nil }
        SharedFieldsReader(log: log).read(fields, into: &draft)
        if let item = fields["retry"] { RetryReader(log: log).check(item, against: task.policy.needs) }
        return BodyReader(log: log).read(fields, item, into: &draft) ? draft : nil
    }

    /// Tasks of equal points that write to one place would each spoil what another one has written.
    private func warnOfRepeats(_ draft: TaskDraft, name: String, at position: Position) {
        guard let sweep = draft.template.sweep,
            let compiled = try? CompiledTemplate(
                draft.template, name: name, surroundings: Surroundings(directory: "/"))
        else { return }
        let fields = compiled.fieldsSharedByEqualPoints
        if fields.isEmpty { return }
        let what: String
        switch sweep.repeats() {
        case .none: return
        case .found(let index, let first): what = "points \(first) and \(index) of the sweep are the same"
        case .possible: what = "points of the sweep may be the same"
        }
        for field in fields {
            log.warn(
                .doubtful, at: draft.origins[field]?.position ?? position,
                "\(what), and their tasks would share this `\(field)`: put `${{ index }}` into it")
        }
    }

    /// Reports what the template compiler finds wrong, where it was written, and notes whose results the
    /// templates name.
    ///
    /// - Parameter source: where to look for it; else the file that it is in.
    func check(
        _ draft: inout TaskDraft, name: String, at position: Position, in source: SourceText? = nil,
        firstLine: Int = 1
    ) {
        check(draft, of: &draft, name: name, at: position, in: source, firstLine: firstLine)
        checkRecoveries(&draft, name: name, at: position, in: source, firstLine: firstLine)
    }

    /// The same for the recoveries alone, which may have been written elsewhere.
    func checkRecoveries(
        _ draft: inout TaskDraft, name: String, at position: Position, in source: SourceText? = nil,
        firstLine: Int = 1
    ) {
        for recovery in draft.recoveries {
            check(recovery, of: &draft, name: name, at: position, in: source, firstLine: firstLine)
        }
    }

    private func check(
        _ part: TaskDraft, of draft: inout TaskDraft, name: String, at position: Position,
        in source: SourceText?, firstLine: Int
    ) {
        let (faults, results) = CompiledTemplate.check(part.template, name: name, tasks: draft.succeeded)
        draft.results.formUnion(results)
        if faults.isEmpty { warnOfRepeats(part, name: name, at: position) }
        report(faults, in: part, at: position, in: source, firstLine: firstLine)
    }

    private func report(
        _ faults: [TemplateError], in draft: TaskDraft, at position: Position, in source: SourceText?,
        firstLine: Int
    ) {
        for fault in faults {
            var place = draft.origins[fault.field]?.position ?? position
            if let expression = fault.expression {
                let source = source ?? log.file(of: place).source
                var start = place
                start.line -= firstLine - 1
                place = source?.expression(expression, behind: start) ?? start
                place.line += firstLine - 1
            }
            log.add(.expression, at: place, fault.message)
        }
    }
}
