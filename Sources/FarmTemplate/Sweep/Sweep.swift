/// A parameter space that turns a template into an array: index → values, in O(number of axes), nothing
/// stored a point.
public struct Sweep: Equatable, Sendable {
    /// Points that one array may have: 2^31.
    public static let limit: UInt64 = 1 << 31
    /// Parameters that a sweep may have.
    public static let maximumParameters = 1000
    /// Names that mean something else in `${{ }}`.
    public static let reserved = ["name", "index", "task_id", "job"]

    /// The space as it was given.
    public let axis: SweepAxis
    /// The parameters' names, in the order of a point's values.
    public let names: [String]
    /// How many points: 1 to `limit`.
    public let count: UInt32
    private let root: SweepNode

    /// - Throws: `badValue` if it is empty, or a name is not an identifier, taken, or given twice; `tooMany`
    ///   if it has more than `limit` points.
    public init(_ axis: SweepAxis) throws(TemplateError) {
        self.axis = axis
        names = axis.names
        try Self.check(names)
        root = try SweepNode(axis)
        if root.count == 0 { throw TemplateError(.badValue, "the sweep is empty", field: "sweep") }
        guard root.count <= Self.limit else {
            throw TemplateError(
                .tooMany, "the sweep has \(root.count) points; a job may have \(Self.limit)", field: "sweep")
        }
        count = UInt32(root.count)
    }

    /// The values of point `index`, in the order of `names`. Precondition: `index` is below `count`.
    ///
    /// - Throws: `badBody` for a sweep that was read from bytes that contradict themselves.
    public func values(at index: UInt32) throws(TemplateError) -> [ParameterValue] {
        precondition(index < count)
        var point: [ParameterValue] = []
        point.reserveCapacity(names.count)
        try root.append(UInt64(index), to: &point)
        return point
    }

    /// The values of point `index` as `values(at:)` gives them; none where that throws.
    public func point(_ index: UInt32) -> [ParameterValue] { (try? values(at: index)) ?? [] }

    /// The same space in the same order; a value written otherwise makes another.
    public static func == (a: Sweep, b: Sweep) -> Bool { a.axis == b.axis }

    /// Refuses names that cannot be told apart or used, also as `TASKS_PARAM_…`.
    package static func check(_ names: [String]) throws(TemplateError) {
        if names.isEmpty { throw TemplateError(.badValue, "the sweep has no parameters", field: "sweep") }
        if names.count > maximumParameters {
            throw TemplateError(
                .tooMany,
                "there are \(names.count) parameters; a task may have \(maximumParameters)", field: "sweep")
        }
        var seen: [String: String] = [:]
        for name in names {
            if let message = fault(inName: name) ?? clash(of: name, with: &seen) {
                throw TemplateError(.badValue, message, field: "sweep")
            }
        }
    }

    /// What is wrong with a further name beside those that are there; nil if nothing is.
    ///
    /// - Parameter seen: names by their variables; this one is added.
    package static func clash(of name: String, with seen: inout [String: String]) -> String? {
        guard let other = seen.updateValue(name, forKey: variable(name)) else { return nil }
        if other == name { return "the parameter “\(name)” is given twice" }
        return
            "the parameters “\(other)” and “\(name)” would both be the variable \(variable(name)): rename one"
    }

    /// What is wrong with a parameter's name; nil if nothing is.
    package static func fault(inName name: String) -> String? {
        if reserved.contains(name) {
            return "a parameter cannot be called “\(name)”: `${{ \(name) }}` means something else already"
        }
        if name.utf8.count > 64 || !isIdentifier(name) {
            return
                "a parameter's name is letters, digits, “_” and “-”, begins with a letter, and has at most 64 "
                + "of them; found “\(Shown.text(name))”"
        }
        return nil
    }

    /// The name of the environment variable that carries a parameter.
    package static func variable(_ name: String) -> String {
        "TASKS_PARAM_" + name.replacing("-", with: "_")
    }

    /// Whether a parameter's name is written like this.
    package static func isIdentifier(_ name: some StringProtocol) -> Bool {
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: "-") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
    }
}
