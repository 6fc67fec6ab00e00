/// What counts as a change between two runs, and which changes are for the worse.
public struct ComparisonRules: Sendable, Equatable {
    /// A field of results that has a good and a bad direction.
    public struct Worse: Sendable, Hashable {
        /// The field's path, as in ``ResultFields``; what is below it is meant, too.
        public var field: String
        /// Whether a fall is for the worse, as of a score, rather than a rise, as of an error.
        public var isFall: Bool

        /// A rise of a field, or its fall, is for the worse.
        public init(_ field: String, isFall: Bool = false) {
            self.field = field
            self.isFall = isFall
        }
    }

    /// By how much two numbers may differ and be the same, as a part of the larger one. Of what may be 0 the
    /// field's own tolerance says more; from 2 on no finite number differs from another.
    public var tolerance = 1e-9
    /// The tolerances of fields that have their own, by path; they hold for what is below them, too.
    public var fieldTolerances: [String: Double] = [:]
    /// Fields whose rise or fall, beyond their tolerance, is for the worse. So is the loss of their number.
    public var worse: [Worse] = []
    /// How many times as long a task takes that has become slower, which is for the worse; nil: times are not
    /// compared.
    public var slowerRatio: Double?

    /// Seconds by which times have to differ in any case: what is less is the machine's noise.
    public static let leastSecondsSlower = 0.1

    /// Results within 1e-9 of each other are the same; a task that does not succeed any more is worse.
    public init() {}

    /// The tolerance for a field: its own, else that of what it is in, else the common one.
    func tolerance(of path: String) -> Double {
        if fieldTolerances.isEmpty { return tolerance }
        return ResultFields.ancestors(of: path).lazy.compactMap { fieldTolerances[$0] }.first ?? tolerance
    }

    /// The rule for a field: its own, else that of what it is in; nil if there is none.
    func rule(for path: String) -> Worse? {
        if worse.isEmpty { return nil }
        return ResultFields.ancestors(of: path).lazy.compactMap { name in worse.first { $0.field == name } }
            .first
    }

    /// Whether a changed field is worse than before.
    func isWorse(_ path: String, _ old: JSONValue?, _ new: JSONValue?) -> Bool {
        guard let rule = rule(for: path), let before = ResultFields.measure(old), !before.isNaN else {
            return false
        }
        guard let now = ResultFields.measure(new), !now.isNaN else { return true }
        return rule.isFall ? now < before : now > before
    }
}
