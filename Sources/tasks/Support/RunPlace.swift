import FarmContent
import FarmController
import FarmProcess
import FarmStore
import FarmTransport
import Foundation

/// What a `tasks run FILE` keeps on disk while it runs, so that an interrupted one can go on: a ledger, and
/// the name of its submission. Handing in the same file under the same name again makes no second job.
///
/// The ledger stays for the next run of the file if that may skip what is unchanged.
struct RunPlace {
    /// Of the submission.
    let key: UniqueKey
    /// An interrupted run goes on.
    let isResumed: Bool
    private let path: String

    var ledgerPath: String { "\(path)/ledger" }
    /// There was a run before, of which something is kept.
    let hadLedger: Bool
    /// A run that was interrupted is given up: what is left of it is not to be run.
    let givesUp: Bool

    /// The place of a run of the file; nil if another run of it is under way, which keeps the place.
    ///
    /// - Parameter others: files that were read for it.
    /// - Throws: `CommandFailure` if there is nothing to go on with, or it was another file.
    init?(file: String, with others: [String], options: String, resumes: Bool) throws {
        // The same file by whichever way it is named.
        let absolute = WorkingDirectory.resolved(file)
        let name = absolute.split(separator: "/").last.map(String.init) ?? "run"
        let path =
            "\(ProfileDirectory.home)/runs/\(name)-\(ContentDigest(of: absolute).description.prefix(12))"
        self.path = path
        hadLedger = !Self.ledgers(path).isEmpty
        // Whoever reads the work has the words for a file that cannot be read.
        guard let content = try? ContentDigest(ofFile: absolute) else { return nil }
        let contents = [content.description] + others.map {
            (try? ContentDigest(ofFile: WorkingDirectory.resolved($0)))?.description ?? ""
        }
        let digest = ContentDigest(of: "\(contents.joined(separator: " ")) \(options)").description
        if let record = ProcessRecord(path: "\(path)/ledger/controller.lock"), record.isAlive {
            guard !resumes else {
                throw CommandFailure(
                    .refused, "\(file) is being run by the process \(record.pid); wait for its end")
            }
            return nil
        }
        if !resumes {
            try? FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        guard Self.lock(path) else {
            guard !resumes else {
                throw CommandFailure(.refused, "\(file) is being run by another process; wait for its end")
            }
            return nil
        }
        let found = Self.read("\(path)/run")
        if resumes {
            guard let found else {
                throw CommandFailure(
                    .refused, "there is no interrupted run of \(file) to go on with; leave --resume out")
            }
            guard found.digest == digest else {
                throw CommandFailure(
                    .refused,
                    "\(file), a file that it names, or the options are not what was interrupted; without --resume the file is run from its beginning"
                )
            }
            (key, isResumed, givesUp) = (found.key, true, false)
            return
        }
        if found != nil {
            Terminal.say(
                "an interrupted run of \(file) is given up; `tasks run --resume \(file)` would have gone on with it"
            )
        }
        (isResumed, givesUp) = (false, found != nil)
        var generator = SystemRandomNumberGenerator()
        key = UniqueKey(using: &generator)
        try make(digest)
    }

    /// Keeps others out as long as this process lives, from before it has a controller; false if another one
    /// is in. Where nothing can be locked the ledger's own lock has to do.
    private static func lock(_ path: String) -> Bool {
        let file = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0, flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return true }
        close(file)
        return false
    }

    private func make(_ digest: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Data("\(key) \(digest)\n".utf8).write(to: URL(fileURLWithPath: "\(path)/run"))
        } catch {
            throw CommandFailure(.refused, "cannot write in \(path): \(error.localizedDescription)")
        }
    }

    private static func read(_ path: String) -> (key: UniqueKey, digest: String)? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let words = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let key = UniqueKey(String(words[0])) else { return nil }
        return (key, String(words[1]))
    }

    /// Begins without what earlier runs have left.
    func dropLedger() {
        for name in Self.ledgers(path) { try? FileManager.default.removeItem(atPath: "\(path)/\(name)") }
    }

    /// The ledger, and what a controller has set aside because it is damaged.
    private static func ledgers(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.hasPrefix("ledger") }
    }

    /// The run has come to its end: nothing is left to go on with.
    ///
    /// - Parameter keepsLedger: for the next run of the file.
    func end(keepsLedger: Bool) {
        try? FileManager.default.removeItem(atPath: keepsLedger ? "\(path)/run" : path)
    }
}
