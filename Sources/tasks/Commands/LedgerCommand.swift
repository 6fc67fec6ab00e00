import ArgumentParser

/// `tasks ledger`.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Look at what a farm has recorded, and mend it. Needs no controller.",
        subcommands: [LedgerExport.self, LedgerCheckCommand.self, LedgerRecover.self, LedgerCompact.self])
}
