import TaskFarm

/// Writes results that were gathered: for programs row by row, for people as many as they read.
struct ResultOutput {
    /// Rows of a table for people.
    static let shownRows = 1_000

    let results: GatheredResults
    let query: ResultQuery
    let format: OutputFormat

    func write() throws {
        guard format != .table else { return try writeTable() }
        var writer = ResultWriter(results.columns, format, chosen: query.columns)
        if results.hasMoreFields, format == .csv, query.columns == nil {
            Terminal.say("values have more fields than there are columns; -o jsonl shows all")
        }
        try walk { row in
            if let row = try row() { writer.write(row) }
        }
        writer.end()
    }

    private func writeTable() throws {
        var shown: [ResultRow] = []
        var more = results.leftOut
        try walk { row in
            if shown.count < Self.shownRows {
                if let row = try row() { shown.append(row) }
            } else {
                more += 1
            }
        }
        ResultTable(rows: shown).write(.table, chosen: query.columns)
        if more > 0 {
            Terminal.say(
                "… and \(more) more \(more == 1 ? "row" : "rows"): -o csv writes all, --filter picks some")
        }
    }

    /// Calls `body` for each row that is wanted, in order; it asks for the row if it needs it.
    private func walk(_ body: (() throws -> ResultRow?) throws -> Void) throws {
        guard query.sort.isEmpty else {
            for index in try sorted() { try body { try results.row(index) } }
            return
        }
        try wanted { index, row in
            try body { try row ?? results.row(index) }
        }
    }

    private func sorted() throws -> [Int] {
        var order = ResultOrder(query.sort)
        try wanted { index, row in
            if let row = try row ?? results.row(index) { order.add(row, index) }
        }
        return order.sorted()
    }

    /// Calls `body` for each row that is wanted, with the row if it had to be looked at.
    private func wanted(_ body: (Int, ResultRow?) throws -> Void) throws {
        for index in 0..<results.spool.count where results.spool.has(index) {
            if query.takesAll {
                try body(index, nil)
                continue
            }
            guard let facts = try results.spool.facts(at: index), !query.passesOver(facts) else { continue }
            let row = ResultRow(facts, results.names)
            if query.takes(row) { try body(index, row) }
        }
    }
}
