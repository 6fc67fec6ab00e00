import Foundation

/// A function in Python: its text, as `def` or `lambda`, or the name of one that the engines have.
///
/// ```swift
/// let square: PythonFunction = "lambda x: x ** 2"
/// let root: PythonFunction = "math.sqrt"   // the namespace has to hold `math`
/// ```
public struct PythonFunction: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Where the function comes from.
    enum Form: Sendable, Hashable {
        case source(name: String, String)
        case named(String)
        /// By its code, which only the same version of Python reads: the payload as it came.
        case compiled([UInt8])
        case unreadable(String)
    }

    let form: Form

    /// From a text: `def f(x): …`, `lambda x: …`, or a name, dotted or not. What is none of these is refused when
    /// it is sent.
    public init(_ text: String) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let definition = text.matches(of: #/(?m)^(?:async +)?def +([\w]+) *\(/#)
        if text.hasPrefix("lambda") {
            form = .source(name: "function", "function = \(text)\n")
        } else if let first = definition.first, definition.count == 1 {
            form = .source(name: String(first.1), text + "\n")
        } else if text.wholeMatch(of: #/[\p{L}_]\w*(\.[\p{L}_]\w*)*/#) != nil {
            form = .named(text)
        } else {
            form = .unreadable(text)
        }
    }

    /// From a text.
    public init(stringLiteral value: String) { self.init(value) }

    /// Its text or its name; empty for one that came by its code.
    public var description: String {
        switch form {
        case .source(_, let source): source.trimmingCharacters(in: .newlines)
        case .named(let name): name
        case .compiled: ""
        case .unreadable(let text): text
        }
    }

    /// As protocol.md's codec 11, or the name as a string.
    /// - Throws: ``MultiEngineError`` with `badInput` for a text that is no function.
    func payload() throws(MultiEngineError) -> [UInt8] {
        switch form {
        case .named(let name): return [PayloadCodec.string.rawValue] + name.utf8
        case .compiled(let payload): return payload
        case .unreadable(let text):
            throw MultiEngineError(
                .badInput,
                "“\(text.prefix(60))” is no function: write one `def`, a `lambda`, or the name of a function that"
                    + " the engines have")
        case .source(let name, let source):
            guard let body = try? JSONEncoder().encode(["name": name, "source": source]) else {
                throw MultiEngineError(.badInput, "the function's text cannot be sent")
            }
            return [PayloadCodec.pythonFunction.rawValue] + body
        }
    }

    /// - Throws: `PayloadError`: it is none.
    init(payload: [UInt8]) throws(PayloadError) {
        guard payload.first == PayloadCodec.pythonFunction.rawValue else {
            // Says what it is instead.
            _ = try PayloadCodec.decode(NoFunction.self, from: payload)
            form = .unreadable("")
            return
        }
        let text = try? JSONDecoder().decode(Text.self, from: Data(payload.dropFirst()))
        form = text.flatMap { text in text.source.map { .source(name: text.name, $0) } } ?? .compiled(payload)
    }

    private struct Text: Decodable {
        var name: String
        var source: String?
    }

    private struct NoFunction: Decodable {
        init(from decoder: any Decoder) throws {
            throw DecodingError.typeMismatch(
                PythonFunction.self,
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "it is no function"))
        }
    }
}
