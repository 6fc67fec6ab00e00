import FarmProcess
import Foundation

/// Runs a short command of a batch system to its end.
enum Tool {
    typealias Answer = ShortCommand.Answer

    /// - Parameter seconds: what it may take; then it is killed, and that is the error.
    /// - Throws: ``LaunchError`` with code `cannotStart` if there is no such program, `refused` if it does not
    ///   end in time.
    static func run(_ arguments: [String], seconds: Double = 60) throws(LaunchError) -> Answer {
        let answer: Answer?
        do throws(SpawnError) { answer = try ShortCommand.run(arguments, seconds: seconds) } catch {
            throw LaunchError(.cannotStart, error.message)
        }
        if let answer { return answer }
        throw LaunchError(
            .refused, "`\(arguments.joined(separator: " "))` has not ended within \(Int(seconds)) s")
    }
}

extension ShortCommand.Answer {
    /// The last thing that it said was wrong, for messages.
    var complaint: String {
        let lines = (errors + "\n" + output).split(separator: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        return lines.prefix(4).joined(separator: "; ")
    }
}
