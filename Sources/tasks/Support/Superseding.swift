import TaskFarm

/// The newest end of each task among the job's own and those of jobs that have done it again.
enum Superseding {
    static func merge(
        _ rows: [ResultTable.Row], _ selection: TaskSelection, _ client: TaskClient
    ) async throws -> [ResultTable.Row] {
        var rows = rows
        for job in try await client.job(selection.job).supersededBy {
            let watch = JobWatch(farm: client, job: try await client.follow(job))
            for row in try await watch.rows() where row.outcome != nil {
                guard let point = row.task.point else { continue }
                let place = point - selection.first
                if rows.indices.contains(place) { rows[place] = row }
            }
        }
        return rows
    }
}
