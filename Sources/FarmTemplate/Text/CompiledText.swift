/// A text with its `${{ }}` found once, so that rendering it is laying pieces end to end.
struct CompiledText: Sendable {
    /// What surrounds the text.
    enum Mode: Equatable, Sendable {
        /// An argument, a path, a variable's value: put in as it is.
        case verbatim
        /// A line for a POSIX shell.
        case shell
        /// Python code, where values become literals.
        case python
        /// A line for a program whose quoting is not known: only `| raw` is possible.
        case unknownShell(String)
    }

    enum Segment: Sendable {
        case literal(String)
        case value(Reference, ShellPlace)
        /// As Python writes it.
        case literalValue(Reference)

        /// Something that another task leaves behind.
        var isResult: Bool {
            switch self {
            case .value(.result, _), .value(.json, _), .literalValue(.result), .literalValue(.json): true
            default: false
            }
        }
    }

    private(set) var segments: [Segment] = []
    /// The text itself, if it holds no expression.
    private(set) var constant: String?
    /// Whether it ends with all shell quotes closed; true outside shell lines.
    private(set) var isBalanced = true

    /// The one expression that the text consists of, if it does: it keeps its type in the input of a
    /// function.
    var single: Reference? {
        guard segments.count == 1, case .value(let reference, _) = segments[0] else { return nil }
        return reference
    }

    /// Tasks whose results it names.
    var results: [String] {
        references.compactMap { if case .result(let name) = $0 { name } else { nil } }
    }

    /// What it is made of.
    var references: [Reference] {
        segments.compactMap { segment in
            switch segment {
            case .value(let reference, _), .literalValue(let reference): reference
            case .literal: nil
            }
        }
    }

    init(_ text: String, _ mode: Mode, _ scope: ExpressionScope, field: String) throws(TemplateError) {
        let bytes = Array(text.utf8)
        if let nul = bytes.firstIndex(of: 0) {
            throw TemplateError(.badValue, "a NUL character cannot stand here", field: field, offset: nul)
        }
        var shell = mode == .shell ? ShellScanner(bytes) : nil
        var python = mode == .python ? PythonScanner(bytes) : nil
        var done = 0
        var ordinal = 0
        while let found = try Self.next(bytes, from: done, scope, field: field, ordinal: ordinal) {
            if found.start > done { literal(bytes[done..<found.start]) }
            shell?.advance(from: done, to: found.start)
            python?.advance(from: done, to: found.start)
            var place = ShellPlace.raw
            if !found.expression.isRaw {
                switch mode {
                case .verbatim: break
                case .python:
                    guard let objection = python?.objection else { break }
                    throw TemplateError(
                        .unsafePlace, "a value cannot be put in safely here: \(objection)", field: field,
                        offset: found.start, expression: ordinal)
                case .shell:
                    guard let safe = shell?.place() else { break }
                    guard let known = safe.place else {
                        throw Self.unsafe(safe.reason, field, found.start, ordinal)
                    }
                    place = known
                case .unknownShell(let program):
                    throw Self.unsafe("it is not known how “\(program)” quotes", field, found.start, ordinal)
                }
            }
            shell?.passExpression()
            let reference = found.expression.reference
            segments.append(
                mode == .python && !found.expression.isRaw
                    ? .literalValue(reference) : .value(reference, place))
            done = found.end
            if found.isExpression { ordinal += 1 }
        }
        if segments.isEmpty { constant = text }
        if done < bytes.count { literal(bytes[done...]) }
        shell?.advance(from: done, to: bytes.count)
        isBalanced = shell?.isBalanced() ?? true
        let quotes = segments.contains { if case .value(_, let place) = $0 { place != .raw } else { false } }
        if quotes, !isBalanced {
            throw TemplateError(
                .unsafePlace,
                "the quotes and brackets of this shell line do not close, so values cannot be put in "
                    + "safely; close them, or use `| raw`", field: field)
        }
    }

    /// Appends the text with the values put in.
    func render(_ values: borrowing RenderValues) throws(TemplateError) -> String {
        if let constant { return constant }
        var line = ""
        for segment in segments {
            switch segment {
            case .literal(let text): line += text
            case .value(let reference, let place): try place.append(values.text(reference), to: &line)
            case .literalValue(let reference): line += values.json(reference).pythonLiteral
            }
        }
        return line
    }

    private mutating func literal(_ bytes: ArraySlice<UInt8>) {
        segments.append(.literal(String(decoding: bytes, as: UTF8.self)))
    }

    private static func unsafe(_ reason: String, _ field: String, _ offset: Int, _ ordinal: Int)
        -> TemplateError
    {
        TemplateError(
            .unsafePlace,
            "a value cannot be put in safely here: \(reason); give it by `env:` and use \"$NAME\", or use `| raw`",
            field: field, offset: offset, expression: ordinal)
    }

    private struct Found {
        var start: Int
        var end: Int
        var expression: Expression
        /// `${{ }}` rather than a placeholder.
        var isExpression: Bool
    }

    private static func next(
        _ bytes: [UInt8], from: Int, _ scope: ExpressionScope, field: String, ordinal: Int
    ) throws(TemplateError) -> Found? {
        var i = from
        while i < bytes.count {
            if bytes[i] == UInt8(ascii: "$"), bytes[i...].starts(with: "${{".utf8) {
                return try expression(bytes, i, scope, field, ordinal)
            }
            if scope.hasPlaceholders, bytes[i] == UInt8(ascii: "{"), let found = placeholder(bytes, i, scope)
            {
                return found
            }
            i += 1
        }
        return nil
    }

    private static func expression(
        _ bytes: [UInt8], _ start: Int, _ scope: ExpressionScope, _ field: String, _ ordinal: Int
    ) throws(TemplateError) -> Found {
        var i = start + 3
        var quote: UInt8?
        while i < bytes.count {
            let byte = bytes[i]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "}"), i + 1 < bytes.count, bytes[i + 1] == byte {
                let inner = Substring(decoding: bytes[(start + 3)..<i], as: UTF8.self)
                do throws(TemplateError) {
                    let expression = try scope.read(inner, at: start)
                    return Found(start: start, end: i + 2, expression: expression, isExpression: true)
                } catch {
                    throw TemplateError(
                        error.code, error.message, field: field, offset: start, expression: ordinal)
                }
            }
            i += 1
        }
        throw TemplateError(
            .badExpression, "`${{` is not closed by `}}`", field: field, offset: start, expression: ordinal)
    }

    /// `{}`, or `{n}` where `n` is a parameter; any other brace is a brace.
    private static func placeholder(_ bytes: [UInt8], _ start: Int, _ scope: ExpressionScope) -> Found? {
        guard let close = bytes[start...].firstIndex(of: UInt8(ascii: "}")), close - start <= 65 else {
            return nil
        }
        let name = String(decoding: bytes[(start + 1)..<close], as: UTF8.self)
        guard
            let position = name.isEmpty
                ? (scope.parameters.isEmpty ? nil : 0) : scope.parameters.firstIndex(of: name)
        else { return nil }
        let expression = Expression(reference: .parameter(position), isRaw: false)
        return Found(start: start, end: close + 1, expression: expression, isExpression: false)
    }
}
