import FarmStore
public import FarmTransport
import Glibc

/// Where a profile's ledger is, and how it is opened for a controller.
struct LedgerPlace {
    let directory: String
    /// The file that is there as long as the ledger is.
    var databasePath: String { "\(directory)/ledger.sqlite" }
    private let options: LedgerOptions

    /// - Throws: `ControllerError` with `badLedger` if another directory is named than the one in which the
    ///   profile's ledger is.
    init(_ options: ControllerOptions) throws(ControllerError) {
        self.options = options.ledger
        let own = options.profile.ledgerPath
        guard let named = options.ledger.directory else {
            directory = Self.resolved(own)
            return
        }
        if !options.ledger.isReadOnly, mkdir(named, 0o700) != 0, errno != EEXIST {
            throw ControllerError(
                .badLedger,
                "--ledger: cannot make \(named): \(String(cString: strerror(errno))); name another directory")
        }
        directory = Self.resolved(named)
        guard directory != Self.resolved(options.profile.path) else {
            throw ControllerError(
                .badLedger,
                "--ledger: \(named) is the profile's own directory; name one for the ledger alone, or leave it out"
            )
        }
        guard !options.ledger.isReadOnly, Self.resolved(own) != directory else { return }
        var status = stat()
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw ControllerError(.badLedger, "--ledger: \(named) is no directory; name another")
        }
        guard lstat(own, &status) != 0 else {
            throw ControllerError(
                .badLedger,
                "the profile's ledger is in \(Self.resolved(own)), not in \(named); move it there and remove \(own), or leave"
                    + " --ledger out")
        }
    }

    private static func resolved(_ path: String) -> String {
        if let found = realpath(path, nil) {
            defer { free(found) }
            return String(cString: found)
        }
        // A link to a directory that was set aside still says where the ledger belongs.
        var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink(path, &target, Int(PATH_MAX))
        guard count > 0 else { return path }
        return String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The profile remembers where its ledger is, for commands that read it.
    private func remember(in profile: ProfileDirectory) {
        var status = stat()
        guard !options.isReadOnly, options.directory != nil, lstat(profile.ledgerPath, &status) != 0 else {
            return
        }
        symlink(directory, profile.ledgerPath)
    }

    /// The right to be the profile's controller, and the ledger's.
    func locks(_ options: ControllerOptions) throws(ControllerError) -> [ProfileLock] {
        guard !options.ledger.isReadOnly else { return [] }
        let lock = try ProfileLock(options.profile.lockPath, what: "profile \(options.profile.path)")
        // One that is reached by a link may be another profile's, too.
        var status = stat()
        let isLink = lstat(options.profile.ledgerPath, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
        let isOwn = !isLink && self.options.directory == nil
        guard !isOwn, self.options.durability != .none else { return [lock] }
        guard access(directory, W_OK) == 0 else {
            throw ControllerError(
                .badLedger,
                "cannot write in \(directory): \(String(cString: strerror(errno))); mend its permissions, or name"
                    + " another place with --ledger")
        }
        // The profile's own is nobody else's; whoever can write here could put another ledger in place.
        do throws(CredentialError) { try PrivatePath.requireUnwritable(directory: directory) } catch {
            throw ControllerError(.badLedger, "--ledger: \(error.message)")
        }
        return [lock, try ProfileLock("\(directory)/controller.lock", what: "ledger \(directory)")]
    }

    /// Nil if nothing is to be kept.
    func open(onCommit: @escaping @Sendable () -> Void) throws(ControllerError) -> DiskLedger? {
        guard options.durability != .none else { return nil }
        do throws(LedgerError) {
            if options.isReadOnly { return try DiskLedger(reading: directory) }
            return try DiskLedger(directory, durability: options.durability, onCommit: onCommit)
        } catch {
            throw refusal(error)
        }
    }

    /// Whether all of the ledger could be read, and the new epoch is safe.
    func check(
        _ ledger: DiskLedger, _ node: ControllerNode, _ profile: ProfileDirectory
    ) throws(ControllerError) {
        if let failure = ledger.damage ?? ledger.readFailure { throw refusal(failure) }
        switch node.recoveryProblem {
        case .unreadable(let problem): throw refusal(LedgerError(.damaged, problem))
        case .refused(let problem):
            throw ControllerError(
                .badLedger,
                "\(problem). No task was changed: start the version of the program that took it, or move \(directory)"
                    + " elsewhere to begin anew")
        case nil: break
        }
        guard options.isReadOnly || ledger.flush() else {
            throw ControllerError(
                .badLedger, "the ledger cannot be written: \(ledger.trouble ?? "see the log")")
        }
        remember(in: profile)
    }

    /// A damaged ledger is never written to: it goes aside, and no controller starts before somebody has
    /// decided what becomes of it.
    private func refusal(_ error: LedgerError) -> ControllerError {
        guard error.code == .damaged, !options.isReadOnly else {
            return ControllerError(.badLedger, error.message)
        }
        do throws(LedgerError) {
            guard let aside = try DiskLedger.setAside(directory) else {
                return ControllerError(.badLedger, error.message)
            }
            return ControllerError(
                .badLedger,
                "\(error.message). It was set aside as \(aside), unchanged: `tasks ledger recover` makes a ledger of what can"
                    + " be read of it; to begin anew without it, move it elsewhere")
        } catch let failure {
            return ControllerError(
                .badLedger, "\(error.message). It could not be set aside: \(failure.message)")
        }
    }
}

extension ProfileDirectory {
    /// The ledger's directory, or a link to it.
    public var ledgerPath: String { "\(path)/ledger" }
}
