/// What a condition compares: a parameter's value at a point, or what is written beside it.
enum Operand: Hashable, Sendable {
    case number(Double)
    /// UTF-8, so that equal means the same bytes.
    case text([UInt8])
    case bool(Bool)
    case null
    case list([Operand])
    /// Keys in UTF-8, in any order.
    case mapping([[UInt8]: Operand])

    init(_ value: ParameterValue) { self.init(value.value) }

    private init(_ value: JSONValue) {
        switch value {
        case .number(let text):
            // Beyond the range of doubles all would be one.
            if let number = Double(text), number.isFinite {
                self = .number(number)
            } else {
                self = .text(Array(text.utf8))
            }
        case .bool(let value): self = .bool(value)
        case .null: self = .null
        case .string(let text): self = .text(Array(text.utf8))
        case .array(let items): self = .list(items.map { Operand($0) })
        case .object(let members):
            self = .mapping(
                Dictionary(members.map { (Array($0.key.utf8), Operand($0.value)) }) { first, _ in first })
        }
    }
}

/// `==` and its like. Numbers are compared as numbers (`0.10 == 0.1`), texts byte by byte; values of different
/// kinds are not equal, and none of them is before the other.
enum Comparison: String, CaseIterable, Hashable, Sendable {
    case equal = "=="
    case unequal = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"

    func holds(_ a: Operand, _ b: Operand) -> Bool {
        switch self {
        case .equal: a == b
        case .unequal: a != b
        case .less: Self.isBefore(a, b)
        case .greater: Self.isBefore(b, a)
        case .lessOrEqual: Self.isBefore(a, b) || a == b
        case .greaterOrEqual: Self.isBefore(b, a) || a == b
        }
    }

    private static func isBefore(_ a: Operand, _ b: Operand) -> Bool {
        switch (a, b) {
        case (.number(let a), .number(let b)): a < b
        case (.text(let a), .text(let b)): a.lexicographicallyPrecedes(b)
        default: false
        }
    }
}
