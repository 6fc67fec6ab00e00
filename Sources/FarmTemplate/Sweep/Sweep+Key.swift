extension Sweep {
    /// Some values of a point, compared as conditions do: numbers as numbers (`0.10` is `0.1`).
    package struct Key: Hashable, Sendable {
        fileprivate var values: [Operand]
    }

    /// What a point has in some columns, by their positions in `names`.
    package func key(at index: UInt32, of columns: [Int]) throws(TemplateError) -> Key {
        let point = try values(at: index)
        return Key(values: columns.map { Operand(point[$0]) })
    }
}
