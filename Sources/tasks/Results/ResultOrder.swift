import TaskFarm

/// Puts rows in order by some of their columns; rows that are alike stay as they were.
struct ResultOrder {
    /// What is compared: numbers before texts, whatever else last, and nothing behind all of that.
    private enum Key {
        case number(Double)
        case text(String)
        case nothing

        init(_ value: JSONValue) {
            switch value {
            case .null: self = .nothing
            case .number(let text): self = Double(text).map { .number($0) } ?? .text(text)
            case .string(let text): self = .text(text)
            default: self = .text(value.text)
            }
        }

        /// Below 0: before the other one. What is not there comes last in either direction.
        func compared(to other: Key, isDescending: Bool) -> Int {
            let order =
                switch (self, other) {
                case (.nothing, .nothing): 0
                case (.nothing, _): isDescending ? -1 : 1
                case (_, .nothing): isDescending ? 1 : -1
                case (.number(let a), .number(let b)): a < b ? -1 : a > b ? 1 : 0
                case (.number, .text): -1
                case (.text, .number): 1
                case (.text(let a), .text(let b)):
                    a == b ? 0 : a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
                }
            return isDescending ? -order : order
        }
    }

    private let columns: [(column: ResultColumn, isDescending: Bool)]
    private var keys: [Key] = []
    private var rows: [UInt32] = []

    init(_ columns: [(column: ResultColumn, isDescending: Bool)]) { self.columns = columns }

    mutating func add(_ row: ResultRow, _ index: Int) {
        for (column, _) in columns { keys.append(Key(column.cell(row, written: false))) }
        rows.append(UInt32(index))
    }

    /// The rows' indices, in order.
    func sorted() -> [Int] {
        let width = columns.count
        let order = rows.indices.sorted { a, b in
            for (place, column) in columns.enumerated() {
                let order = keys[a * width + place].compared(
                    to: keys[b * width + place], isDescending: column.isDescending)
                if order != 0 { return order < 0 }
            }
            return a < b
        }
        return order.map { Int(rows[$0]) }
    }
}
