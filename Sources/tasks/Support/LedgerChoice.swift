import ArgumentParser
import FarmController
import FarmStore
import FarmTransport
import Foundation

/// Which ledger a command is for: a profile's, or one named by its directory.
struct LedgerChoice: ParsableArguments {
    @Option(
        help: "The farm's profile: a name below $TASKS_HOME (~/.tasks), or a directory. Default: default.")
    var profile: String?
    @Option(name: .customLong("ledger"), help: "The ledger's directory, rather than the profile's.")
    var named: String?

    func validate() throws {
        if profile != nil, named != nil {
            throw ValidationError("--profile and --ledger name one ledger each: give one of them")
        }
    }

    private var profileDirectory: ProfileDirectory { ProfileDirectory(profile.map(FarmOptions.absolute)) }

    /// Where it lies, or would lie. A profile may have a link to it, which outlives it.
    var directory: String {
        var path = named.map(WorkingDirectory.absolute) ?? profileDirectory.ledgerPath
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        if let found = realpath(path, nil) {
            defer { free(found) }
            return String(cString: found)
        }
        return (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? path
    }

    /// Keeps controllers away from it for as long as the result lives.
    /// - Throws: `ControllerError` if one runs.
    func claim() throws -> [ProfileLock] {
        // A ledger that is named may be a profile's all the same; one elsewhere has a lock of its own.
        let parent = String(directory[..<(directory.lastIndex(of: "/") ?? directory.startIndex)])
        let own = named == nil ? profileDirectory.lockPath : ProfileDirectory(parent).lockPath
        return try [own, "\(directory)/controller.lock"].compactMap { path in
            guard access(path, F_OK) == 0 else { return nil }
            return try ProfileLock(path, what: "the ledger in \(directory)", records: false)
        }
    }

    /// What an error of the ledger is to whoever typed the command.
    static func failure(_ error: LedgerError) -> CommandFailure {
        switch error.code {
        case .missing: CommandFailure(.noController, error.message)
        case .damaged:
            CommandFailure(
                .someFailed,
                "\(error.message); `tasks ledger check` looks at all of it, `tasks ledger recover` saves the rest"
            )
        default: CommandFailure(.refused, error.message)
        }
    }
}
