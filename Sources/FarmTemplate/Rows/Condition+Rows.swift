extension Condition {
    /// Whether it holds of a row whose values are given in the order of `names`, null for what it has not. As
    /// for points of a sweep: numbers are compared as numbers, and null is not before anything.
    package func holds(of row: [JSONValue]) -> Bool { holds(row.map { Operand(ParameterValue($0)) }) }
}
