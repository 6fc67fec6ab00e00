import FarmTemplate

/// Reads a whole YAML batch file.
struct DocumentReader {
    let log: ProblemLog

    /// - Returns: nil if something is wrong, and then `log` says what.
    func read(_ root: Item) -> BatchFile? {
        guard let fields = Fields(root, of: "a batch file", BatchKeys.file, later: BatchKeys.laterInFile, log)
        else {
            return nil
        }
        var batch = Batch(templates: [], groups: [])
        readSchedule(fields, into: &batch)
        if let item = fields["name"], let name = log.fixed(item, "name", "a name") {
            batch.name = name
            if let fault = Names.fault(name, of: "job") { log.add(.badValue, at: item.position, fault) }
        }
        if let item = fields["labels"] { batch.labels = labels(item) }
        if let item = fields["durable"], let value = log.boolean(item, "durable") { batch.isDurable = value }
        if let item = fields["weight"], let weight = weight(item) { batch.weight = weight }
        BrakeReader(log: log).read(fields, into: &batch.brake)
        let priority: Int32 =
            fields["priority"].flatMap { log.integer($0, "priority", -1_000_000...1_000_000) } ?? 0
        if let item = fields["engines"] { batch.engines = EngineSettings(item, log) }
        if let item = fields["defaults"] {
            // Read once by itself, so that its faults are found even without tasks.
            if let shared = Fields(
                item, of: "`defaults`", BatchKeys.shared, later: BatchKeys.laterInTask, log)
            {
                var draft = TaskDraft()
                SharedFieldsReader(log: log).read(shared, into: &draft)
            }
        }
        guard let item = fields["tasks"] else {
            log.add(.missing, at: root.position, "the batch file has no `tasks`")
            return nil
        }
        let policy = TaskPolicy(priority: priority)
        let reader = TaskReader(log: log, defaults: fields["defaults"], policy: policy)
        var places = GroupPlaces()
        readTasks(item, reader, into: &batch, &places)
        batch.warnings = log.warnings
        places.files = log.files.map(\.name)
        guard log.problems.isEmpty else { return nil }
        return BatchFile(batch: batch, otherFiles: log.otherFiles, places: places)
    }

    private func readSchedule(_ fields: Fields, into batch: inout Batch) {
        if let item = fields["schedule"] {
            log.warn(
                .scheduled, at: fields.key("schedule"),
                "`schedule` has no effect here: the batch is run now and once; `tasks schedule add` takes it")
            batch.schedule = BatchSchedule(item, log)
        }
        if let item = fields["notify"] {
            log.warn(
                .scheduled, at: fields.key("notify"),
                "`notify` has no effect here: it is for what a schedule runs")
            batch.notify = NotifyCommands(item, log) ?? NotifyCommands()
        }
    }

    private func weight(_ item: Item) -> UInt32? {
        guard let text = log.fixed(item, "weight", "a number") else { return nil }
        guard let weight = Quantity.weight(text) else {
            log.add(
                .badValue, at: item.position,
                "`weight` must be 0.01 to 1000 with at most two decimals, found \(item.found)")
            return nil
        }
        return weight
    }

    private func labels(_ item: Item) -> [Label] {
        guard case .mapping(let entries) = item.content else {
            log.add(.wrongType, at: item.position, "`labels` must be a mapping of texts, found \(item.found)")
            return []
        }
        return entries.compactMap { entry in
            if let fault = Names.fault(entry.key, of: "label") {
                log.add(.badValue, at: entry.position, fault)
                return nil
            }
            return log.fixed(entry.value, "labels." + entry.key, "a text").map {
                Label(key: entry.key, value: $0)
            }
        }
    }

    private struct NamedTask {
        var name: String
        var position: Position
        var draft: TaskDraft
    }

    private func readTasks(
        _ item: Item, _ reader: TaskReader, into batch: inout Batch, _ places: inout GroupPlaces
    ) {
        guard case .mapping(let entries) = item.content else {
            let what = item.isNull ? "nothing" : item.found
            log.add(
                item.isNull ? .empty : .wrongType, at: item.position,
                "`tasks` must be a mapping of names to tasks, found \(what)")
            return
        }
        if entries.isEmpty { log.add(.empty, at: item.position, "`tasks` is empty: nothing would run") }
        var tasks: [NamedTask] = []
        for entry in entries {
            if log.isFull {
                log.cut()
                break
            }
            if let fault = Names.fault(entry.key, of: "task") {
                log.add(.badValue, at: entry.position, fault)
            }
            guard var draft = reader.read(entry.value, name: entry.key) else { continue }
            reader.check(&draft, name: entry.key, at: entry.position)
            tasks.append(NamedTask(name: entry.key, position: entry.position, draft: draft))
        }
        let total = tasks.reduce(0) { $0 + $1.draft.count }
        if total > Sweep.limit {
            log.add(
                .limit, at: item.position, "the job has \(total) tasks; at most \(Sweep.limit) are possible")
        }
        let names = Set(entries.map(\.key))
        let graph = TaskGraph(tasks.map { ($0.name, $0.draft) }, log)
        guard let order = graph.order(), log.problems.isEmpty else {
            _ = links(tasks, names, numbers: nil)
            return
        }
        guard let matcher = PointMatcher(tasks.map { ($0.name, $0.draft) }, log) else {
            _ = links(tasks, names, numbers: nil)
            return
        }
        var first: [Int: UInt32] = [:]
        var numbers: [String: Range<UInt32>] = [:]
        var next: UInt32 = 0
        for index in order {
            first[index] = next
            numbers[tasks[index].name] = next..<next + matcher.groupCount(of: index)
            next += matcher.groupCount(of: index)
        }
        let links = links(tasks, names, numbers: numbers)
        for index in order {
            let task = tasks[index]
            let template = UInt32(batch.templates.count)
            batch.templates += task.draft.templates
            let whole = GroupSpec(
                template: template, count: UInt32(clamping: task.draft.count), name: task.name,
                policy: task.draft.policy(
                    template: template, follow: links[index].follow, results: links[index].results),
                after: links[index].after)
            for group in matcher.groups(of: index, whole, numbers: first) {
                batch.add(group, links[index].references)
                places.append(task.position)
            }
        }
    }

    private func links(_ tasks: [NamedTask], _ known: Set<String>, numbers: [String: Range<UInt32>]?)
        -> [TaskLinks]
    {
        let counts = Dictionary(tasks.map { ($0.name, $0.draft.count) }) { first, _ in first }
        // Of tasks that could not be read the names are known all the same.
        let resolver = LinkResolver(log: log, known: { known.sorted() }) { name in
            if let numbers { return numbers[name].map { (Array($0), counts[name] ?? 0) } }
            // Only to find unknown names: any number does, and no count is too small.
            return known.contains(name) ? ([0], counts[name] ?? .init(UInt32.max)) : nil
        }
        return tasks.map { resolver.links(of: $0.draft, called: $0.name) }
    }
}
