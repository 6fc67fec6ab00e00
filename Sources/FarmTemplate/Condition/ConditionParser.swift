/// Reads the text of a `Condition` by recursive descent.
struct ConditionParser {
    /// How deep parentheses and `not` may lie in one another.
    private static let maximumDepth = 64

    private(set) var names: [String] = []
    private(set) var offsets: [Int] = []
    private var tokens: ConditionTokens
    private var depth = 0

    init(_ text: String, hasPaths: Bool) throws(TemplateError) {
        tokens = try ConditionTokens(text, hasPaths: hasPaths)
    }

    mutating func whole() throws(TemplateError) -> Condition.Node {
        let node = try either()
        guard tokens.current == .end else {
            if case .comparison = tokens.current {
                throw tokens.fault("expected the end, found \(tokens.found): join comparisons with `and`")
            }
            throw tokens.fault("expected `and`, `or` or the end, found \(tokens.found)")
        }
        return node
    }

    private mutating func either() throws(TemplateError) -> Condition.Node {
        var nodes = [try both()]
        while try tokens.take(.word("or")) { nodes.append(try both()) }
        return nodes.count == 1 ? nodes[0] : .any(nodes)
    }

    private mutating func both() throws(TemplateError) -> Condition.Node {
        var nodes = [try single()]
        while try tokens.take(.word("and")) { nodes.append(try single()) }
        return nodes.count == 1 ? nodes[0] : .all(nodes)
    }

    private mutating func single() throws(TemplateError) -> Condition.Node {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maximumDepth {
            throw tokens.fault("more than \(Self.maximumDepth) parentheses and `not` lie in one another")
        }
        if try tokens.take(.word("not")) { return .not(try single()) }
        if try tokens.take(.sign("(")) {
            let node = try either()
            guard try tokens.take(.sign(")")) else {
                throw tokens.fault("expected `)`, found \(tokens.found)")
            }
            return node
        }
        return try comparison()
    }

    private mutating func comparison() throws(TemplateError) -> Condition.Node {
        let start = tokens.offset
        let left = try term()
        if case .comparison(let comparison) = tokens.current {
            try tokens.advance()
            return .compare(left, comparison, try term())
        }
        let isNegated = try tokens.take(.word("not"))
        if try tokens.take(.word("in")) {
            let node = Condition.Node.isOne(left, of: try list())
            return isNegated ? .not(node) : node
        }
        if isNegated { throw tokens.fault("expected `in` behind `not`, found \(tokens.found)") }
        if case .literal(.bool(let value)) = left { return .constant(value) }
        guard tokens.current == .end || tokens.current == .sign(")") || tokens.isJoin else {
            throw tokens.fault("expected a comparison such as == or `in`, found \(tokens.found)")
        }
        throw tokens.fault("this is compared with nothing: write == true, or == and a value", at: start)
    }

    private mutating func list() throws(TemplateError) -> Set<Operand> {
        guard try tokens.take(.sign("[")) else {
            throw tokens.fault("expected a list in [ ] behind `in`, found \(tokens.found)")
        }
        var values: Set<Operand> = []
        repeat {
            // As in YAML, a comma may stand behind the last one.
            if !values.isEmpty, tokens.current == .sign("]") { break }
            let start = tokens.offset
            guard case .literal(let value) = try term() else {
                throw tokens.fault(
                    "a list behind `in` holds values, no parameters: quote what is a text", at: start)
            }
            values.insert(value)
        } while try tokens.take(.sign(","))
        guard try tokens.take(.sign("]")) else {
            throw tokens.fault("expected `,` or `]`, found \(tokens.found)")
        }
        return values
    }

    private mutating func term() throws(TemplateError) -> Condition.Term {
        switch tokens.current {
        case .literal(let value):
            try tokens.advance()
            return .literal(value)
        case .word(let word) where !ConditionTokens.keywords.contains(word):
            let offset = tokens.offset
            try tokens.advance()
            if let index = names.firstIndex(of: word) { return .parameter(index) }
            names.append(word)
            offsets.append(offset)
            return .parameter(names.count - 1)
        case .word:
            throw tokens.fault(
                "expected a parameter, a number or a quoted text, found \(tokens.found): a parameter of that name"
                    + " cannot be used in `when`")
        default:
            throw tokens.fault("expected a parameter, a number or a quoted text, found \(tokens.found)")
        }
    }
}
