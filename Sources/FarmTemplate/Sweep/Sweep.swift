/// A parameter space that turns a template into an array: index → values, in O(number of axes), nothing
/// stored a point.
public struct Sweep: Equatable, Sendable {
    /// Points that one array may have: 2^31.
    public static let limit: UInt64 = 1 << 31
    /// Names that mean something else in `${{ }}`.
    public static let reserved = ["name", "index", "task_id", "job"]

    /// The space as it was given.
    public let axis: SweepAxis
    /// The parameters' names, in the order of a point's values.
    public let names: [String]
    /// How many points: 1 to `limit`.
    public let count: UInt32
    /// For grids, taken once: how many points each axis has.
    private let nested: [Nested]

    private struct Nested: Equatable, Sendable {
        var axis: SweepAxis
        var count: UInt64
    }

    /// - Throws: `badValue` if it is empty, or a name is not an identifier, taken, or given twice; `tooMany`
    ///   if it has more than `limit` points.
    public init(_ axis: SweepAxis) throws(TemplateError) {
        self.axis = axis
        names = axis.names
        try Self.check(names)
        let total = try axis.count()
        if total == 0 { throw TemplateError(.badValue, "the sweep is empty", field: "sweep") }
        guard total <= Self.limit else {
            throw TemplateError(
                .tooMany, "the sweep has \(total) points; a job may have \(Self.limit)", field: "sweep")
        }
        count = UInt32(total)
        var flat: [Nested] = []
        try Self.flatten(axis, into: &flat)
        nested = flat
    }

    /// The values of point `index`, in the order of `names`. Precondition: `index` is below `count`.
    public func point(_ index: UInt32) -> [ParameterValue] {
        precondition(index < count)
        if nested.count == 1 { return Self.values(nested[0].axis, UInt64(index)) }
        var coordinates = [UInt64](repeating: 0, count: nested.count)
        var rest = UInt64(index)
        for position in nested.indices.reversed() {
            (rest, coordinates[position]) = rest.quotientAndRemainder(dividingBy: nested[position].count)
        }
        var point: [ParameterValue] = []
        point.reserveCapacity(names.count)
        for position in nested.indices {
            point.append(contentsOf: Self.values(nested[position].axis, coordinates[position]))
        }
        return point
    }

    private static func values(_ axis: SweepAxis, _ index: UInt64) -> [ParameterValue] {
        switch axis {
        case .values(_, let values): return [values[Int(index)]]
        case .range(_, let range): return [range[index]]
        case .list(let names, let values):
            let start = Int(index) * names.count
            return Array(values[start..<start + names.count])
        case .grid: preconditionFailure("grids are flattened when the sweep is made")
        }
    }

    /// A grid of grids counts in the same order as one grid of all their axes.
    private static func flatten(_ axis: SweepAxis, into flat: inout [Nested]) throws(TemplateError) {
        if case .grid(let axes) = axis {
            for axis in axes { try flatten(axis, into: &flat) }
        } else {
            flat.append(Nested(axis: axis, count: try axis.count()))
        }
    }

    /// Refuses names that cannot be told apart or used, also as `TASKS_PARAM_…`.
    package static func check(_ names: [String]) throws(TemplateError) {
        if names.isEmpty { throw TemplateError(.badValue, "the sweep has no parameters", field: "sweep") }
        var seen: Set<String> = []
        for name in names {
            if let message = fault(inName: name) { throw TemplateError(.badValue, message, field: "sweep") }
            guard seen.insert(variable(name)).inserted else {
                throw TemplateError(.badValue, "the parameter “\(name)” is given twice", field: "sweep")
            }
        }
    }

    /// What is wrong with a parameter's name; nil if nothing is.
    package static func fault(inName name: String) -> String? {
        if reserved.contains(name) {
            return "a parameter cannot be called “\(name)”: `${{ \(name) }}` means something else already"
        }
        if name.utf8.count > 64 || !isIdentifier(name) {
            return
                "a parameter's name is letters, digits, “_” and “-”, begins with a letter, and has at most 64 "
                + "of them; found “\(name)”"
        }
        return nil
    }

    /// The name of the environment variable that carries a parameter.
    package static func variable(_ name: String) -> String {
        "TASKS_PARAM_" + name.replacing("-", with: "_")
    }

    static func isIdentifier(_ name: some StringProtocol) -> Bool {
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: "-") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
    }
}
