import FarmTemplate

/// A sweep on one line of the shell, `'./solve {n}' n=64,128 alpha=linspace:0:1:11`, as the batch file that it
/// stands for: what runs is that file, read like any other.
public struct SweepLine: Sendable {
    /// A key of the file, and its value in YAML.
    public struct Entry: Sendable {
        let key: String
        let yaml: String

        /// `yaml` is written as it is.
        public init(_ key: String, yaml: String) { (self.key, self.yaml) = (key, yaml) }
    }

    /// What messages call it.
    static let file = "sweep"

    /// The batch file.
    public let text: String

    /// - Parameters:
    ///   - line: for the shell; `{n}`, and `{}` for the first parameter, become `${{ n }}`.
    ///   - parameters: `NAME=VALUES`, see `SweepArgument`.
    ///   - isZip: side by side rather than all combinations.
    ///   - job: further keys of the file; `task`: of its task.
    /// - Throws: what is wrong with a parameter, all of them together.
    public init(
        _ line: String, _ parameters: [String], isZip: Bool = false, seed: UInt64? = nil, job: [Entry] = [],
        task: [Entry] = []
    ) throws(BatchError) {
        var problems: [BatchProblem] = []
        var arguments: [SweepArgument] = []
        for parameter in parameters {
            do throws(BatchError) { arguments.append(try SweepArgument(parameter)) } catch {
                problems += error.problems
            }
        }
        for (index, argument) in arguments.enumerated()
        where arguments[..<index].contains(where: { $0.name == argument.name }) {
            problems.append(
                BatchProblem(
                    .duplicate, file: Self.file, "the parameter “\(argument.name)” is given twice"))
        }
        if parameters.isEmpty {
            problems.append(
                BatchProblem(
                    .missing, file: Self.file,
                    "expected parameters behind the command, as n=1,2,3 or alpha=linspace:0:1:11"))
        }
        if line.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x09 }) {
            problems.append(BatchProblem(.missing, file: Self.file, "the command is empty"))
        }
        guard problems.isEmpty else { throw BatchError(problems) }
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" }).map(String.init)
        var text = ""
        for entry in job { text += "\(entry.key): \(entry.yaml)\n" }
        text += "tasks:\n  \(YAMLWriter.text(CommandOptions.name(of: Array(words.prefix(1))))):\n"
        text += "    sweep:\n      \(isZip ? "zip" : "grid"):\n"
        for argument in arguments { text += "        \(argument.name): \(argument.yaml)\n" }
        if let seed { text += "      seed: \(seed)\n" }
        for entry in task { text += "    \(entry.key): \(entry.yaml)\n" }
        let names = arguments.map(\.name)
        self.text = text + "    run: \(YAMLWriter.block(Self.expanded(line, names), indent: 6))\n"
    }

    /// The batch that the file makes.
    /// - Throws: what is wrong with it as a whole.
    public func batch() throws(BatchError) -> Batch {
        do throws(BatchError) {
            return try BatchReader.read(bytes: Array(text.utf8), file: Self.file)
        } catch {
            throw BatchError(error.problems.map { Self.moved($0, to: Self.file) }, isCut: error.isCut)
        }
    }

    /// Of a file that nobody has written no line is worth a word.
    static func moved(_ problem: BatchProblem, to file: String) -> BatchProblem {
        BatchProblem(problem.code, file: file, problem.message)
    }

    /// `{n}` as files have it. What the shell means by braces – `${n}`, `{a,b}`, `{ …; }` – stays.
    static func expanded(_ line: String, _ names: [String]) -> String {
        var result = ""
        var rest = line[...]
        while let brace = rest.firstIndex(of: "{") {
            result += rest[..<brace]
            rest = rest[brace...]
            if result.hasSuffix("$"), rest.hasPrefix("{{"), let end = rest.firstRange(of: "}}") {
                result += rest[..<end.upperBound]
                rest = rest[end.upperBound...]
                continue
            }
            let inner = rest.dropFirst().prefix { $0 != "}" }
            let name = inner.isEmpty ? names.first : names.first { $0 == inner }
            if !result.hasSuffix("$"), let name, inner.endIndex < rest.endIndex {
                result += "${{ \(name) }}"
                rest = rest[inner.endIndex...].dropFirst()
            } else {
                result += "{"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}
