import ArgumentParser
import TaskFarm

/// Which jobs or tasks a command is for.
struct SelectorOptions: ParsableArguments {
    @Argument(
        help:
            "Jobs (12, heat, heat~1, last), tasks (12.3, last.6) or ranges of tasks (12.1-99).")
    var selectors: [String] = []
    @Option(help: "All jobs with this label, as KEY=VALUE or KEY; may be repeated: then with all of them.")
    var label: [String] = []

    func validate() throws {
        if selectors.isEmpty == label.isEmpty {
            throw ValidationError("name jobs or tasks, or say --label KEY=VALUE")
        }
    }

    /// The selectors, or the numbers of the jobs with the labels, oldest first.
    func words(_ client: TaskClient) async throws -> [String] {
        guard selectors.isEmpty else { return selectors }
        return try await LabelFilter.jobs(label, client).map { String($0.id.raw) }
    }
}
