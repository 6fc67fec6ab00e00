import FarmCredentials
import FarmTransport

/// Commands in messages: what to type next is for the farm that was chosen.
enum Hint {
    /// ` --profile X` as it was given to this process; empty for the default one.
    static let profile = words(CommandLine.arguments)

    /// The message, with the chosen profile in every command between backticks: whoever words it, be it the
    /// controller, need not know how it is reached.
    static func completed(_ message: String) -> String {
        guard !profile.isEmpty, message.contains("`tasks ") else { return message }
        return message.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset % 2 == 1 ? command(String($0.element)) : String($0.element) }
            .joined(separator: "`")
    }

    private static func command(_ text: String) -> String {
        // A run has a farm of its own.
        guard text.hasPrefix("tasks "), !text.hasPrefix("tasks run"), !text.contains("--profile") else {
            return text
        }
        return text + profile
    }

    private static func words(_ arguments: [String]) -> String {
        // What stands behind the terminator is a task's.
        let own = arguments.prefix { $0 != "--" }
        let given =
            own.firstIndex(of: "--profile").flatMap { $0 + 1 < own.endIndex ? own[$0 + 1] : nil }
            ?? own.first { $0.hasPrefix("--profile=") }.map { String($0.dropFirst("--profile=".count)) }
        return given.map { " --profile \($0.shellWord)" } ?? ""
    }
}
