/// Points of another axis, without those that are excluded or for which a condition does not hold.
///
/// No point is stored: what goes through is counted once, where the sweep is made, and the counts of each
/// block of 1,024 travel with it. A point costs a search among these and looking at 1,024 points,
/// or at none if it lies in the same block as the one before.
public struct SweepFilter: Hashable, Sendable {
    /// Points that may be looked at, since each is: 2^24.
    public static let limit: UInt64 = 1 << 24
    /// Points that `exclude` may list.
    public static let maximumExclusions = 100_000

    /// What is filtered.
    public let base: SweepAxis
    /// Holds for all points that stay.
    public let condition: Condition?
    /// Leaves out the points that have all of the values of one of these.
    public let excluded: [[SweepExclusion]]
    let counts: BlockCounts

    /// Counts what stays; about 0.1 µs a point of `base`.
    ///
    /// - Throws: `unknownName` for a parameter that `base` does not have, `tooMany` above `limit`, `badValue`
    ///   for a filter inside `base`.
    public init(
        _ base: SweepAxis, when condition: Condition?, excluding excluded: [[SweepExclusion]]
    ) throws(TemplateError) {
        (self.base, self.condition, self.excluded) = (base, condition, excluded)
        let program = try FilterProgram(try SweepNode(base), condition, excluded)
        counts = program.counted()
    }

    /// With the counts as they came on the wire; they are believed, as far as they can be.
    init(
        _ base: SweepAxis, when condition: Condition?, excluding excluded: [[SweepExclusion]], counts: String
    ) throws(TemplateError) {
        (self.base, self.condition, self.excluded) = (base, condition, excluded)
        let program = try FilterProgram(try SweepNode(base), condition, excluded)
        guard let counts = BlockCounts(text: counts, points: program.count) else {
            throw TemplateError(
                .badBody, "the counts of a filter do not belong to its points", field: "sweep")
        }
        self.counts = counts
    }
}

/// One value that a point must have to be excluded; numbers are compared as numbers.
public struct SweepExclusion: Hashable, Sendable {
    /// The parameter.
    public var name: String
    /// Its value.
    public var value: ParameterValue

    /// A parameter and its value.
    public init(_ name: String, _ value: ParameterValue) { (self.name, self.value) = (name, value) }
}
