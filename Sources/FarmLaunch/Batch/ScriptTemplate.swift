import TaskFarm

/// A script with `{names}` in it.
///
/// A line with a name that has no value at the moment, as `{slots}` when nobody has said how many, is left
/// out as a whole. `{{name}}` stands for `{name}`; `${…}` is the shell's and left alone, and so are braces
/// around anything that is no name.
struct ScriptTemplate {
    private let template: String
    private let source: String
    /// What each name stands for; a nil has its lines left out.
    var values: [String: String?] = [:]

    /// - Parameter source: what messages call it.
    init(_ template: String, source: String) {
        self.template = template
        self.source = source.isEmpty ? "the template" : source
    }

    /// The script.
    /// - Throws: ``LaunchError`` with code `badTemplate`, which names line and column.
    func text() throws(LaunchError) -> String {
        var lines: [String] = []
        var usesEngine = false
        for (index, line) in template.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let expanded = try expand(Array(line), number: index + 1, &usesEngine)
            if let expanded { lines.append(expanded) }
        }
        guard usesEngine else {
            throw LaunchError(
                .badTemplate,
                "\(source): it has no {engine}, so it would start none: put {engine} where the engines of a host are to"
                    + " be started")
        }
        return lines.joined(separator: "\n")
    }

    /// Nil for a line that is left out.
    private func expand(
        _ line: [Character], number: Int, _ usesEngine: inout Bool
    ) throws(LaunchError) -> String? {
        var result = ""
        var index = 0
        var isLeftOut = false
        while index < line.count {
            // `{{name}}`: the text itself.
            let isDoubled = line[index...].starts(with: "{{")
            let start = index + (isDoubled ? 2 : 1)
            guard line[index] == "{", index == 0 || line[index - 1] != "$", start <= line.count,
                let end = line[start...].firstIndex(of: "}"), Self.isName(line[start..<end]),
                !isDoubled || line[end...].starts(with: "}}")
            else {
                result.append(line[index])
                index += 1
                continue
            }
            let name = String(line[start..<end])
            index = end + (isDoubled ? 2 : 1)
            if isDoubled {
                result += "{\(name)}"
                continue
            }
            guard let value = values[name] else { throw unknown(name, line: number, column: start) }
            if name == "engine" { usesEngine = true }
            if let value { result += value } else { isLeftOut = true }
        }
        return isLeftOut ? nil : result
    }

    private static func isName(_ text: ArraySlice<Character>) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0 == "-") }
    }

    private func unknown(_ name: String, line: Int, column: Int) -> LaunchError {
        let known = values.keys.sorted().map { "{\($0)}" }.joined(separator: ", ")
        let hint = Spelling.nearest(name, in: values.keys.sorted()).map { "; did you mean {\($0)}?" } ?? ""
        return LaunchError(
            .badTemplate,
            "\(source):\(line):\(column): there is no {\(name)}\(hint); a template may say \(known); for the text itself write"
                + " {{\(name)}}")
    }
}
