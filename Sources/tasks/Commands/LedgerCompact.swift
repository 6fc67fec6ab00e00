import ArgumentParser
import FarmStore

/// `tasks ledger compact`.
struct LedgerCompact: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Give the room of jobs that were dropped back to the file system.",
        discussion: "No controller may run on the ledger. Takes room for a second copy meanwhile.")

    @OptionGroup var ledger: LedgerChoice

    func run() throws {
        let locks = try ledger.claim()
        defer { withExtendedLifetime(locks) {} }
        do throws(LedgerError) {
            let done = try LedgerCompaction(ledger.directory)
            Terminal.write(
                "\(ledger.directory): \(done.bytesBefore) bytes before, \(done.bytesAfter) after\n")
        } catch {
            throw LedgerChoice.failure(error)
        }
    }
}
