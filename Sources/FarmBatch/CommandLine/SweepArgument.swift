import FarmTemplate

/// One parameter of a sweep on the command line, as a batch file has it.
///
/// `n=64,128` (each value by YAML's core schema, as in files), `n=range:FROM:TO[:STEP]`,
/// `a=linspace:FROM:TO:COUNT`, `a=logspace:FROM:TO:COUNT`, `x=random:uniform:FROM:TO:COUNT` (also loguniform
/// and integer), `x=random:normal:MEAN:STDDEV:COUNT`; what begins with `[` or `{` is YAML as it stands.
struct SweepArgument {
    let name: String
    /// Its values, behind its name.
    let yaml: String

    /// Kinds with colons: what stands behind them, and how many parts of it have to be there.
    private static let kinds: [(name: String, parts: [String], needed: Int)] = [
        ("range", ["FROM", "TO", "STEP"], 2), ("linspace", ["FROM", "TO", "COUNT"], 3),
        ("logspace", ["FROM", "TO", "COUNT"], 3),
    ]
    private static let distributions: [(name: String, keys: [String])] = [
        ("uniform", ["from", "to", "count"]), ("loguniform", ["from", "to", "count"]),
        ("integer", ["from", "to", "count"]), ("normal", ["mean", "stddev", "count"]),
    ]

    init(_ text: String) throws(BatchError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw BatchError(
                .badValue, file: Self.shown(text), "expected NAME=VALUES, as n=1,2,3 or n=linspace:0:1:11")
        }
        name = String(parts[0])
        if let fault = Sweep.fault(inName: name) {
            throw BatchError(.badValue, file: Self.shown(text), fault)
        }
        yaml = try Self.yaml(String(parts[1]), in: text)
        try check(text)
    }

    private static func shown(_ text: String) -> String {
        "'\(text.count > 60 ? text.prefix(59) + "…" : text[...])'"
    }

    private static func yaml(_ values: String, in text: String) throws(BatchError) -> String {
        func fault(_ message: String) -> BatchError { BatchError(.badValue, file: shown(text), message) }
        if values.hasPrefix("[") || values.hasPrefix("{") {
            guard !values.utf8.contains(where: { $0 < 0x20 }) else {
                throw fault("values in brackets stand on one line, without tabs")
            }
            return values
        }
        let parts = values.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if let kind = kinds.first(where: { $0.name == parts[0] }), parts.count > 1 {
            guard (kind.needed...kind.parts.count).contains(parts.count - 1) else {
                let optional = kind.parts.count > kind.needed ? "[:\(kind.parts[kind.needed])]" : ""
                throw fault(
                    "expected \(kind.name):\(kind.parts.prefix(kind.needed).joined(separator: ":"))\(optional)"
                )
            }
            return "{\(kind.name): [\(parts.dropFirst().map(YAMLWriter.value).joined(separator: ", "))]}"
        }
        if parts[0] == "random", parts.count > 1 {
            guard let kind = distributions.first(where: { $0.name == parts[1] }),
                kind.keys.count == parts.count - 2
            else {
                throw fault(
                    "expected random:uniform:FROM:TO:COUNT (or loguniform, integer) or random:normal:MEAN:STDDEV:COUNT;"
                        + " others as in files: x={random: {distribution: choice, values: [a, b], count: 9}}")
            }
            let members = zip(kind.keys, parts.dropFirst(2)).map { "\($0): \(YAMLWriter.value($1))" }
            return "{random: {distribution: \(kind.name), \(members.joined(separator: ", "))}}"
        }
        let list = values.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard !list.contains("") else {
            throw fault("a value is empty; an empty text is written in brackets: n=[\"\", a]")
        }
        return "[\(list.map(YAMLWriter.value).joined(separator: ", "))]"
    }

    /// Reads it by itself, so that what is wrong is said of it.
    private func check(_ text: String) throws(BatchError) {
        let file = "tasks:\n  a:\n    run: x\n    sweep:\n      grid:\n        \(name): \(yaml)\n"
        do throws(BatchError) {
            let batch = try BatchReader.read(bytes: Array(file.utf8), file: SweepLine.file)
            guard batch.templates.first?.sweep?.names == [name] else {
                throw BatchError(.badValue, file: SweepLine.file, "expected the values of one parameter")
            }
        } catch {
            throw BatchError(error.problems.map { SweepLine.moved($0, to: Self.shown(text)) })
        }
    }
}
