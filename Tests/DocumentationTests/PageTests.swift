import Testing

/// The commands on the pages are run, and print what the pages say.
@Suite(.serialized) struct PageTests {
    @Test(.timeLimit(.minutes(4)), arguments: try Page.all().filter { try !$0.steps().isEmpty }.map(\.path))
    func `the commands of a page do what it says`(path: String) throws {
        let (problems, count) = try PageRun.problems(of: try Page(path: path))
        #expect(count > 0)
        for problem in problems { Issue.record("\(problem)") }
    }

    @Test func `README's tour is run`() throws {
        let steps = try Page(path: "README.md").steps()
        #expect(steps.contains { $0.command.hasPrefix("tasks run") })
        #expect(steps.contains { $0.command.hasPrefix("tasks cluster start") })
        #expect(steps.count { $0.output != nil } >= 8)
    }

    @Test func `excerpts stand in files that are compiled or run`() throws {
        for page in try Page.all() {
            for block in page.blocks {
                guard case .excerpt(let path) = block.purpose else { continue }
                let source = try Repository.text(path).split(separator: "\n").map(Self.bare).filter {
                    !$0.isEmpty
                }
                let shown = block.lines.map { Self.bare($0[...]) }.filter { !$0.isEmpty }
                // `…` stands for lines left out.
                for stretch in shown.split(separator: "…") {
                    let isThere = source.indices.contains { source[$0...].starts(with: stretch) }
                    #expect(
                        isThere,
                        "\(page.path):\(block.line): not in \(path): \(stretch.joined(separator: "\n"))")
                }
            }
        }
    }

    private static func bare(_ line: Substring) -> String {
        String(line.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// Runs a page's steps and compares.
enum PageRun {
    /// - Returns: what is wrong, a text a step, and how many steps were run.
    static func problems(of page: Page) throws -> ([String], count: Int) {
        let steps = try page.steps()
        let shell = try Shell()
        let results = try shell.run(steps)
        var problems: [String] = []
        for (step, result) in zip(steps, results) {
            let shown = result.output.joined(separator: "\n")
            if result.exitCode != step.exitCode {
                problems.append(
                    "\(step.place): `\(step.command)` ended with \(result.exitCode), not \(step.exitCode); it printed:\n\(shown)"
                )
            } else if let difference = step.output?.difference(from: result.output, names: shell.names) {
                problems.append("\(step.place): `\(step.command)`: \(difference); it printed:\n\(shown)")
            }
        }
        if results.count < steps.count {
            let step = steps[results.count]
            problems.append("\(step.place): `\(step.command)` did not end within \(Shell.limitSeconds) s")
        }
        return (problems, results.count)
    }
}
