import TaskFarm

/// Writes results for programs, row by row: CSV with a column a field, JSON with values in one piece.
struct ResultWriter {
    private let columns: [ResultColumns.Named]
    private let format: OutputFormat
    private var rows: RowWriter

    /// - Parameter chosen: nil for the usual columns of the format.
    init(_ known: ResultColumns, _ format: OutputFormat, chosen: [ResultColumns.Named]? = nil) {
        columns = chosen ?? (format == .csv ? known.flat : known.nested)
        self.format = format
        rows = RowWriter(columns.map(\.key), format)
    }

    mutating func write(_ row: ResultRow) {
        let written = format == .csv
        rows.write(columns.map { $0.column.cell(row, written: written) })
    }

    mutating func end() { rows.end() }
}
