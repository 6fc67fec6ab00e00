public import ArgumentParser
import FarmBatch
import FarmController
public import FarmStore
import FarmTransport

/// How a controller keeps what must outlive it, and for how long.
struct LedgerFlags: ParsableArguments {
    @Option(
        help:
            "When something counts as recorded: full (on the disk itself), normal (may lose the last moments with the power), none (never: all in memory). Default: full."
    )
    var durability = Durability.full
    @Option(name: .customLong("ledger"), help: "The ledger's directory. Default: ledger in the profile.")
    var directory: String?
    @Option(help: "Ended jobs of one name that are kept; the oldest go first.")
    var keepRuns: Int?
    @Option(help: "How long ended jobs are kept, as in 30d or 12h.")
    var keepAge: String?
    @Option(help: "How much the ledger may hold, as in 10G; the oldest ended jobs go first.")
    var keepSize: String?

    func validate() throws {
        if let keepRuns, keepRuns < 1 {
            throw ValidationError("--keep-runs \(keepRuns): expected a number from 1 on")
        }
        if let keepAge, Quantity.nanoseconds(keepAge) == nil {
            throw ValidationError("--keep-age \(keepAge): expected a length of time, as in 30d, 12h or 90m")
        }
        if let keepSize, Quantity.bytes(keepSize) == nil {
            throw ValidationError("--keep-size \(keepSize): expected a number of bytes, as in 500M or 10G")
        }
    }

    func apply(to options: inout ControllerOptions) {
        options.ledger.durability = durability
        options.ledger.directory = directory.map(WorkingDirectory.absolute)
        options.node.retention.runs = keepRuns
        options.node.retention.ageNanoseconds = keepAge.flatMap(Quantity.nanoseconds)
        options.node.retention.bytes = keepSize.flatMap(Quantity.bytes)
    }

    /// As they stand on a command line.
    var arguments: [String] {
        ["--durability", durability.rawValue]
            + (directory.map { ["--ledger", WorkingDirectory.absolute($0)] } ?? [])
            + (keepRuns.map { ["--keep-runs", String($0)] } ?? [])
            + (keepAge.map { ["--keep-age", $0] } ?? []) + (keepSize.map { ["--keep-size", $0] } ?? [])
    }
}

extension Durability: ExpressibleByArgument {}
