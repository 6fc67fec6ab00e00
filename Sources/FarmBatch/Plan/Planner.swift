public import FarmTemplate

/// Reads the parts of a submission for what they would queue; nothing is submitted.
///
/// Memory: the names of the groups, and the templates of a part.
public struct Planner {
    /// The job's name; empty if it has none.
    public private(set) var name = ""
    /// What the job could be found by.
    public private(set) var labels: [Label] = []
    /// Tasks so far.
    public private(set) var taskCount: UInt64 = 0
    private var templates: [UInt32: TaskTemplate] = [:]
    private var templateCount: UInt32 = 0
    private var groupNames: [String] = []
    private var surroundings = Surroundings(directory: "/")
    /// What later groups may still be like.
    private var last: PlannedTasks?

    /// Without any part yet.
    public init() {}

    /// Takes the next part.
    ///
    /// - Returns: tasks of which all parts have come.
    /// - Throws: what is wrong with a template; what `BatchReader` has read has nothing wrong.
    public mutating func add(_ draft: PartDraft) throws(TemplateError) -> [PlannedTasks] {
        if let header = draft.part.header {
            (name, labels) = (header.name, header.labels)
            surroundings = try Surroundings(decoding: header.surroundings)
        }
        for body in draft.part.templates {
            templates[templateCount] = try TaskTemplate(decoding: body)
            templateCount += 1
        }
        var done: [PlannedTasks] = []
        for (position, group) in draft.part.groups.enumerated() {
            taskCount += UInt64(group.count)
            if group.isContinuation {
                last?.count += UInt64(group.count)
                continue
            }
            groupNames.append(group.name)
            // Groups come in the order of their templates.
            templates = templates.filter { $0.key >= group.template }
            guard let template = templates[group.template] else { continue }
            let others = draft.references.filter { $0.group == position }
            var planned = PlannedTasks(
                name: group.name, count: UInt64(group.count), first: [],
                after: words(of: group) + others.map(\.words), policy: group.policy, template: template)
            if var like = last, like.isLike(planned) {
                like.count += planned.count
                // Many groups may be of one array.
                let room = PlannedTasks.names - like.first.count
                if room > 0 { like.first += try names(of: group, template).prefix(room) }
                last = like
            } else {
                if let last { done.append(last) }
                planned.first = try names(of: group, template)
                last = planned
            }
        }
        return done
    }

    /// What is left behind the last part.
    public mutating func finish() -> PlannedTasks? { last.take() }

    private func names(of group: GroupSpec, _ template: TaskTemplate) throws(TemplateError) -> [String] {
        let compiled = try CompiledTemplate(template, name: group.name, surroundings: surroundings)
        var names: [String] = []
        for offset in 0..<min(group.count, UInt32(PlannedTasks.names)) {
            let index = group.templateIndex(offset)
            let payload: [UInt8] =
                group.payloads.count > 0 ? Array(group.payloads.bytes[group.payloads.range(Int(offset))]) : []
            let name = try payload.withUnsafeBufferPointer { (buffer) throws(TemplateError) in
                try compiled.name(
                    task: TaskID(raw: UInt64(index)), index: index, payload: UnsafeRawBufferPointer(buffer))
            }
            names.append(name)
        }
        return names
    }

    private func words(of group: GroupSpec) -> [String] {
        let conditions = group.after.flatMap { dependency in
            dependency.sources.map { source in
                let quorum =
                    switch dependency.quorum {
                    case .all: ""
                    case .any: "any of "
                    case .atLeast(let least): "\(least) of "
                    }
                return quorum + words(source) + (dependency.when == .succeeded ? "" : " \(dependency.when)")
            }
        }
        var seen: Set<String> = []
        // Of an array that is split, all groups have one name.
        return (conditions + follows(group)).filter { seen.insert($0).inserted }
    }

    private func follows(_ group: GroupSpec) -> [String] {
        (group.policy.follow?.sources.map { "follows " + words($0) } ?? [])
    }

    private func words(_ source: Dependency.Source) -> String {
        switch source {
        case .group(let number):
            groupNames.indices.contains(Int(number)) ? groupNames[Int(number)] : "group \(number)"
        case .task(let task): task.description
        case .job(let job): "job \(job)"
        }
    }
}

extension JobReference {
    fileprivate var words: String {
        let what =
            switch wanted {
            case .selector(let selector): "job \(selector)"
            case .labels(let labels):
                "jobs with " + labels.map { "\($0.key)=\($0.value)" }.joined(separator: " and ")
            }
        return slot == .follow ? "follows " + what : what
    }
}
