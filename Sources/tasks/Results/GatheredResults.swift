import FarmTransport
import TaskFarm

/// The results of some tasks of one job, ready to be looked at in the order of their indices.
struct GatheredResults {
    let job: JobStatus
    let spool: ResultSpool
    let names: JobNames
    let columns: ResultColumns
    /// Some fields of the values have no column.
    let hasMoreFields: Bool
    /// Rows behind these that were not asked for.
    let leftOut: Int

    /// A row; nil where nothing is known.
    func row(_ index: Int) throws -> ResultRow? { try spool.facts(at: index).map { ResultRow($0, names) } }
}
