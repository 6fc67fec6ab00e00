import ArgumentParser
import FarmStore

/// `tasks ledger recover`.
struct LedgerRecover: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Make a ledger of what can be read of a damaged one.",
        discussion: """
            Takes the ledger itself if it is damaged, else the newest one that was set aside from its \
            place. The damaged one is never changed; it is renamed to NAME.recovered-from-TIME. Of each \
            job all is kept up to the first thing that is lost. No controller may run on the ledger. Exit \
            codes: 0 all was kept, 1 something was lost, 3 there is nothing to recover.
            """)

    @OptionGroup var ledger: LedgerChoice
    @Option(help: "The damaged ledger's directory.")
    var from: String?

    /// Lost records that are told one by one.
    private static let told = 100

    func run() throws {
        let locks = try ledger.claim()
        defer { withExtendedLifetime(locks) {} }
        let directory = ledger.directory
        do throws(LedgerError) {
            let recovery = try LedgerRecovery(from: try source(directory), to: directory)
            tell(recovery, directory)
            if !recovery.isWhole { Farewell.end(.someFailed) }
        } catch {
            throw error.code == .damaged
                ? CommandFailure(.someFailed, "nothing can be recovered: \(error.message)")
                : LedgerChoice.failure(error)
        }
    }

    private func source(_ directory: String) throws(LedgerError) -> String {
        if let from { return WorkingDirectory.absolute(from) }
        do throws(LedgerError) {
            guard try LedgerCheck(of: directory).isSound else { return directory }
        } catch {
            guard error.code == .missing else { throw error }
            guard let aside = LedgerRecovery.setAside(from: directory).last else {
                throw LedgerError(
                    .missing, "there is no ledger in \(directory), and none was set aside from there")
            }
            return aside
        }
        throw LedgerError(.unusable, "the ledger in \(directory) is sound: there is nothing to recover")
    }

    private func tell(_ recovery: LedgerRecovery, _ directory: String) {
        Terminal.write("ledger: \(directory), of \(recovery.source)\n")
        let outcomes = recovery.kept.reduce(0) { $0 + Int($1.outcomes) }
        Terminal.write(
            "kept: \(counted(recovery.kept.count, "job")) with \(counted(outcomes, "outcome")) in"
                + " \(counted(recovery.keptRecords, "record")), \(counted(recovery.engines, "engine"))\n")
        for job in recovery.kept where job.lostRecords > 0 {
            Terminal.write(
                "cut short: job \(job.id): \(counted(Int(job.parts), "part")) and \(counted(Int(job.outcomes), "outcome"))"
                    + " kept, \(counted(job.lostRecords, "record")) lost\n")
        }
        for job in recovery.lostJobs { Terminal.write("lost: job \(job)\n") }
        for loss in recovery.losses.prefix(Self.told) { Terminal.write("lost: \(loss)\n") }
        if recovery.losses.count > Self.told {
            Terminal.write("lost: \(recovery.losses.count - Self.told) more like these\n")
        }
        if recovery.isWhole { Terminal.write("nothing is lost\n") }
    }
}
