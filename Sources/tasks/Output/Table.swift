import FarmTemplate

/// Rows with named columns, written in any of the formats.
struct Table {
    /// A column.
    struct Column {
        /// Its name in JSON and CSV.
        var key: String
        /// Its heading in a table.
        var title: String
        /// Numbers are lined up on the right.
        var isNumber: Bool

        init(_ key: String, _ title: String? = nil, isNumber: Bool = false) {
            self.key = key
            self.title = title ?? key
            self.isNumber = isNumber
        }
    }

    var columns: [Column]
    /// As many cells each as there are columns; null for none.
    var rows: [[JSONValue]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Writes all of it to standard output.
    func write(_ format: OutputFormat) {
        guard format != .table else { return Terminal.write(text) }
        var writer = RowWriter(columns.map(\.key), format)
        for row in rows { writer.write(row) }
        writer.end()
    }

    // MARK: For people

    /// Columns lined up, two spaces between them.
    var text: [UInt8] {
        let cells = rows.map { $0.map(Self.shown) }
        var widths = columns.map(\.title.count)
        for row in cells {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], Self.width(cell)) }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity((rows.count + 1) * (widths.reduce(1) { $0 + $1 + 2 }))
        add(columns.map(\.title), widths, to: &bytes)
        for row in cells { add(row, widths, to: &bytes) }
        return bytes
    }

    private func add(_ cells: [String], _ widths: [Int], to bytes: inout [UInt8]) {
        // Spaces that are written once something follows them.
        var spaces = 0
        for (index, cell) in cells.enumerated() {
            if index > 0 { spaces += 2 }
            let room = widths[index] - Self.width(cell)
            if columns[index].isNumber { spaces += room }
            if !cell.isEmpty {
                bytes.append(contentsOf: repeatElement(0x20, count: spaces))
                bytes.append(contentsOf: cell.utf8)
                spaces = 0
            }
            if !columns[index].isNumber { spaces += room }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Characters as people count them; looking for their bounds costs much, and most text has none to look
    /// for.
    private static func width(_ text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.count
    }

    /// One line, whatever is in the cell.
    private static func shown(_ cell: JSONValue) -> String {
        if cell == .null { return "" }
        let text = cell.text
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        return String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
    }
}

extension JSONValue {
    /// A whole number.
    static func whole(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
    /// A number of seconds, to the millisecond.
    static func seconds(_ value: Double) -> JSONValue { .number(Moment.seconds(value, decimals: 3)) }
    /// A text, or null for an empty one.
    static func words(_ text: String) -> JSONValue { text.isEmpty ? .null : .string(text) }
}
