import FarmTransport

/// Where each task of a job comes from, by its index: from the groups of the job, or, of a job that does
/// tasks of another again, from the controller page by page.
package struct JobPlaces: Sendable {
    private static let pageSize = 10_000
    /// Pages that are kept: tasks end nearly in the order of their indices.
    private static let mostPages = 8

    /// What the tasks are called.
    package let names: JobNames
    private let link: FarmLink
    private var job: JobStatus
    /// The group of the task that was asked for last.
    private var current: (tasks: Range<Int>, first: TaskPlace)?
    private var pages: [Int: [TaskPlace]] = [:]

    init(_ link: FarmLink, _ job: JobStatus) {
        self.link = link
        self.job = job
        names = link.names(of: job.id)
    }

    /// The parameters of those of the job's tasks, in the order of its groups; fetches their templates.
    package func parameterNames(of tasks: Range<Int>) async throws(TaskClientError) -> [String] {
        let groups = job.groups.filter {
            $0.base < tasks.upperBound && tasks.lowerBound < $0.base + max(1, $0.count)
        }
        try await link.load(groups.map(\.template), of: names)
        var found: [String] = []
        var seen: Set<String> = []
        for number in groups.map(\.template) {
            for name in names.parameterNames(number) where seen.insert(name).inserted { found.append(name) }
        }
        return found
    }

    /// Where a task comes from, if that needs no round trip.
    package mutating func known(_ index: Int) -> TaskPlace? {
        if let current, current.tasks.contains(index) {
            var place = current.first
            place.index = UInt32(index - current.tasks.lowerBound)
            return place
        }
        if job.supersedes != nil {
            let (page, offset) = index.quotientAndRemainder(dividingBy: Self.pageSize)
            return pages[page].flatMap { offset < $0.count ? $0[offset] : nil }
        }
        var (low, high) = (0, job.groups.count)
        while low < high {
            let middle = (low + high) / 2
            if job.groups[middle].base <= index { low = middle + 1 } else { high = middle }
        }
        guard low > 0, case let group = job.groups[low - 1], index < group.base + group.count,
            names.has(group.template)
        else { return nil }
        current = (
            group.base..<group.base + group.count,
            TaskPlace(group: group.name, template: group.template, index: 0)
        )
        return known(index)
    }

    /// Where a task comes from; its template has been fetched then.
    /// - Throws: ``TaskClientError``: `unknown` if the job has no such task.
    package mutating func place(of index: Int) async throws(TaskClientError) -> TaskPlace {
        if let place = known(index) { return place }
        if job.supersedes != nil {
            let page = index / Self.pageSize
            let list = try await link.taskStatus(
                TaskSelection(job: job.id, first: page * Self.pageSize, count: Self.pageSize))
            if pages.count >= Self.mostPages { pages.removeAll() }
            pages[page] = list.map(\.place)
        } else {
            // It may have come since.
            if index >= job.taskCount { job = try await link.query(JobQuery(job: job.id.raw)) }
            let group = job.groups.last { $0.base <= index }
            if let group { try await link.load([group.template], of: names) }
        }
        guard let place = known(index) else {
            throw TaskClientError(.unknown, "there is no task \(TaskID(job.id, UInt32(clamping: index)))")
        }
        return place
    }
}

extension TaskClient {
    /// Where the tasks of a job come from, for many of them.
    package func places(of job: JobStatus) -> JobPlaces { JobPlaces(link, job) }
}
