import Testing

/// What the pages point to is there.
@Suite struct LinkTests {
    @Test func `every link to a file or a heading leads somewhere`() throws {
        for path in try Repository.pages() {
            for problem in try Links.broken(in: path, text: Repository.text(path), text: Repository.text) {
                Issue.record("\(problem)")
            }
        }
    }

    @Test func `a link that leads nowhere is found`() throws {
        let text =
            "see [this](no-such.md), [that](real.md#missing), [here](#two-words) and `[code](x)`\n\n## Two words\n"
        let found = try Links.broken(in: "README.md", text: text) { path in
            if path == "real.md" { return "# There\n" }
            throw PageError("no \(path)")
        }
        #expect(found.count == 2)
        #expect(found.first?.contains("no-such.md") == true && found.last?.contains("#missing") == true)
    }
}

/// Links from page to page.
enum Links {
    /// - Parameter read: the text of a file of the repository, from its top.
    static func broken(in path: String, text: String, text read: (String) throws -> String) throws -> [String]
    {
        var problems: [String] = []
        for (number, line) in prose(of: text) {
            for match in line.matches(of: #/\]\(([^)\s]+)\)/#) {
                let link = String(match.1)
                if link.contains("://") || link.hasPrefix("mailto:") { continue }
                let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(
                    String.init)
                let target = parts[0].isEmpty ? path : resolve(parts[0], from: path)
                if parts.count == 1 {
                    if !Repository.exists(target), (try? read(target)) == nil {
                        problems.append("\(path):\(number): there is no \(target) (`\(link)`)")
                    }
                    continue
                }
                let page = parts[0].isEmpty ? text : (try? read(target)) ?? ""
                let headings = prose(of: page).filter { $0.line.hasPrefix("#") }.map { anchor($0.line) }
                if !headings.contains(parts[1]) {
                    problems.append("\(path):\(number): \(target) has no heading for `#\(parts[1])`")
                }
            }
        }
        return problems
    }

    /// Lines outside of fenced blocks, without inline code.
    private static func prose(of text: String) -> [(number: Int, line: String)] {
        var isCode = false
        var found: [(Int, String)] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                isCode.toggle()
            } else if !isCode {
                // A heading's own code is part of its anchor.
                let text = line.hasPrefix("#") ? line : Substring(line.replacing(#/`[^`]*`/#, with: "code"))
                found.append((index + 1, String(text)))
            }
        }
        return found
    }

    /// As GitHub makes them.
    private static func anchor(_ heading: String) -> String {
        let text = heading.drop { $0 == "#" || $0 == " " }.lowercased()
        return String(
            text.compactMap {
                $0 == " " ? "-" : $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : nil
            })
    }

    private static func resolve(_ link: String, from page: String) -> String {
        var parts = page.split(separator: "/").dropLast().map(String.init)
        for part in link.split(separator: "/").map(String.init) where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}
