/// An expression over parameters that is true or false of a point: `n < 64 or mode in ["a", 'b'] and not x == 1`.
///
/// Comparisons are `== != < <= > >=` between parameters and values; `in [..]` and `not in [..]` ask for one of
/// several. A value in quotes is a text, one without is what it would be in the batch file (`CoreSchema`): `0x10`
/// a number, `0644` and `2026-11-23` texts. A word that begins with a letter is a parameter. `not` binds closest, then `and`, then `or`; parentheses
/// group. There is no arithmetic.
public struct Condition: Hashable, Sendable {
    /// Bytes that an expression may have.
    public static let limitBytes = 16 << 10

    /// As it was written.
    public let text: String
    /// The parameters that it looks at, each once, and where each stands first, in UTF-8 bytes.
    public let names: [String]
    package let offsets: [Int]
    let root: Node

    indirect enum Node: Hashable, Sendable {
        case constant(Bool)
        case compare(Term, Comparison, Term)
        case isOne(Term, of: Set<Operand>)
        case not(Node)
        case all([Node])
        case any([Node])
    }

    enum Term: Hashable, Sendable {
        /// Of `names`.
        case parameter(Int)
        case literal(Operand)
    }

    /// - Throws: `badExpression`, with `offset` where reading stopped.
    public init(parsing text: String) throws(TemplateError) { try self.init(parsing: text, hasPaths: false) }

    /// The same of rows, where fields within fields have names: `norms.l2 < 1e-3`.
    package init(ofRows text: String) throws(TemplateError) { try self.init(parsing: text, hasPaths: true) }

    private init(parsing text: String, hasPaths: Bool) throws(TemplateError) {
        var parser = try ConditionParser(text, hasPaths: hasPaths)
        root = try parser.whole()
        self.text = text
        (names, offsets) = (parser.names, parser.offsets)
    }

    /// Whether a word is read as a value, although it could be a parameter's name: `true`, `null` and the like.
    static func isValue(_ word: String) -> Bool {
        if case .string = CoreSchema.resolve(word).value { false } else { true }
    }

    /// How many terms it has: what finding out whether it holds takes at most.
    var size: Int { Self.size(root) }

    private static func size(_ node: Node) -> Int {
        switch node {
        case .constant: 1
        case .compare, .isOne: 2
        case .not(let node): 1 + size(node)
        case .all(let nodes), .any(let nodes): nodes.reduce(1) { $0 + size($1) }
        }
    }

    /// Whether it holds for values in the order of `names`.
    func holds(_ values: [Operand]) -> Bool { Self.holds(root, values) }

    private static func holds(_ node: Node, _ values: [Operand]) -> Bool {
        switch node {
        case .constant(let value): return value
        case .compare(let a, let comparison, let b):
            return comparison.holds(value(a, values), value(b, values))
        case .isOne(let term, let wanted): return wanted.contains(value(term, values))
        case .not(let node): return !holds(node, values)
        case .all(let nodes):
            for node in nodes where !holds(node, values) { return false }
            return true
        case .any(let nodes):
            for node in nodes where holds(node, values) { return true }
            return false
        }
    }

    private static func value(_ term: Term, _ values: [Operand]) -> Operand {
        switch term {
        case .parameter(let index): values[index]
        case .literal(let operand): operand
        }
    }
}
