import ArgumentParser
import FarmStore

/// `tasks ledger check`.
struct LedgerCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read all of a ledger and say whether it is as it was written.",
        discussion: """
            Changes nothing; a controller may run meanwhile. Exit codes: 0 sound, 1 damaged, 3 there is \
            none.
            """)

    @OptionGroup var ledger: LedgerChoice

    func run() throws {
        let directory = ledger.directory
        let check: LedgerCheck
        do throws(LedgerError) { check = try LedgerCheck(of: directory) } catch {
            throw LedgerChoice.failure(error)
        }
        Terminal.write("ledger: \(directory)\n")
        Terminal.write(
            "records: \(check.records), of \(counted(check.jobs, "job")) with \(counted(Int(check.outcomes), "outcome"))\n"
        )
        Terminal.write("payload files: \(check.payloadFiles), \(check.payloadBytes) bytes\n")
        Terminal.write("engines: \(check.engines)\n")
        let noted = check.notedCommits.map { "\($0) noted beside it" } ?? "no note beside it"
        Terminal.write("commits: \(check.commits.map(String.init) ?? "unknown"), \(noted)\n")
        for warning in check.warnings { Terminal.write("note: \(warning)\n") }
        for problem in check.problems { Terminal.write("damaged: \(problem)\n") }
        Terminal.write(check.isSound ? "sound\n" : "\(counted(check.problems.count, "problem"))\n")
        if !check.isSound {
            throw CommandFailure(
                .someFailed,
                "the ledger is damaged; `tasks ledger recover` makes one of what can be read of it")
        }
    }
}
