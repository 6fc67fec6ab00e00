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

    /// Different sets of parameters that the exclusions may name.
    public static let maximumSets = 64
    /// Parameters that these sets may have in all.
    public static let maximumColumns = 4096

    /// What is filtered.
    public let base: SweepAxis
    /// Holds for all points that stay.
    public let condition: Condition?
    /// Leaves out the points that have all of the values of one of these.
    public let excluded: [[SweepExclusion]]
    /// Which of `excluded` leave out no point, by position; empty for a filter from the wire.
    package let unmatched: [Int]
    let counts: BlockCounts
    let program: FilterProgram

    /// Counts what stays; about 0.1 µs a point of `base`.
    ///
    /// - Throws: `unknownName` for a parameter that `base` does not have, `tooMany` above one of the limits,
    ///   `badValue` for a filter inside `base`.
    public init(
        _ base: SweepAxis, when condition: Condition?, excluding excluded: [[SweepExclusion]]
    ) throws(TemplateError) {
        (self.base, self.condition, self.excluded) = (base, condition, excluded)
        program = try FilterProgram(base, condition, excluded)
        (counts, unmatched) = program.counted()
    }

    /// With the counts as they came on the wire; they are believed, as far as they can be.
    init(
        _ base: SweepAxis, when condition: Condition?, excluding excluded: [[SweepExclusion]], counts: String
    ) throws(TemplateError) {
        (self.base, self.condition, self.excluded, unmatched) = (base, condition, excluded, [])
        program = try FilterProgram(base, condition, excluded)
        guard let counts = BlockCounts(text: counts, points: program.node.count) else {
            throw TemplateError(
                .badBody, "the counts of a filter do not belong to its points", field: "sweep")
        }
        self.counts = counts
    }

    /// Steps that looking at one point takes at most; bounded whatever the filter.
    package var stepsPerPoint: Int { program.stepsPerPoint }

    /// The same points left out of the same for the same reasons.
    public static func == (a: SweepFilter, b: SweepFilter) -> Bool {
        a.base == b.base && a.condition == b.condition && a.excluded == b.excluded && a.counts == b.counts
    }

    /// All that `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(base)
        hasher.combine(condition)
        hasher.combine(excluded)
        hasher.combine(counts)
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
