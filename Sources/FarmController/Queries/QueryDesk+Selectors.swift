import FarmTemplate
import FarmTransport

extension QueryDesk {
    /// `last`, `NAME`, `NAME~1`, `12`, and with tasks `12.3`, `12.1-99`, `last.6`, `NAME~1.3` → job and
    /// range.
    func resolve(_ query: JSONValue) throws(QueryError) -> JSONValue {
        let (job, range) = try resolve(query["selector"]?.stringValue ?? "")
        return .object([
            JSONMember("job", .whole(job.id.raw)), JSONMember("first", .whole(range?.lowerBound ?? 0)),
            JSONMember("count", .whole(range.map { UInt64($0.count) } ?? UInt64(TaskRange.wholeJob))),
        ])
    }

    func resolve(_ selector: String) throws(QueryError) -> (JobSummary, Range<UInt64>?) {
        if let job = try job(selector) { return (job, nil) }
        // A name may hold a dot itself, so that the whole was looked for first.
        guard let dot = selector.lastIndex(of: "."), let job = try job(String(selector[..<dot])) else {
            throw QueryError(
                .unknown,
                "'\(selector)' names no job; write a number, a job's name, NAME~1 for the one before, or 'last'; and .3 or .1-99"
                    + " behind it for tasks")
        }
        return (job, try range(selector[selector.index(after: dot)...], of: job, selector))
    }

    private func job(_ text: String) throws(QueryError) -> JobSummary? {
        if text == "last" {
            guard let last = node.scheduler.jobSummaries.last else {
                throw QueryError(.unknown, "there are no jobs yet")
            }
            return last
        }
        if let number = UInt64(text) { return try summary(of: number) }
        let parts = text.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
        guard !parts.isEmpty, !parts[0].isEmpty, let back = parts.count == 2 ? Int(parts[1]) : 0, back >= 0
        else {
            return nil
        }
        // A job that does tasks of another again is no further run of it.
        let named = runs(of: String(parts[0]))
        return named.count > back ? named[named.count - 1 - back] : nil
    }

    /// Jobs of the name, oldest first, without those that do tasks again of one that is there.
    func runs(of name: String) -> [JobSummary] {
        node.scheduler.jobSummaries.filter { job in
            job.name == name && (job.supersedes.map { node.scheduler.summary(of: $0) == nil } ?? true)
        }
    }

    private func range(
        _ text: Substring, of job: JobSummary, _ selector: String
    ) throws(QueryError) -> Range<UInt64> {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = UInt64(ends[0]), let last = UInt64(ends[ends.count - 1]), first <= last else {
            throw QueryError(
                .malformed, "'\(selector)' is no task or range; write \(job.id).0 or \(job.id).0-9")
        }
        guard last < UInt64(job.taskCount) else {
            throw QueryError(
                .unknown,
                "job \(job.id) has tasks \(job.id).0 to \(job.id).\(max(1, job.taskCount) - 1), not \(last)")
        }
        return first..<(last + 1)
    }
}
