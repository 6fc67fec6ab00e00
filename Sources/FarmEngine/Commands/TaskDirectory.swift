import Foundation

/// Makes the directory of a task that has one of its own (`dir:`), fresh for each attempt.
///
/// - Missing: made, with its parents.
/// - Left by an earlier attempt of the very same task: emptied.
/// - Anything else that is there – files of the user's, of another task, of an earlier run – is left alone,
///   and the task runs among it: a farm must never remove what it cannot prove to be its own leftovers.
///
/// The proof is a file `.task-attempt` in the directory, written only into one that was made or found empty;
/// it names the farm and the task.
enum TaskDirectory {
    static let markName = ".task-attempt"

    /// - Parameters:
    ///   - owner: names the farm and the task, the same for all attempts.
    ///   - isFirstAttempt: whether there can be nothing left by an earlier one.
    /// - Throws: ``EngineError`` with code `cannotStart`.
    static func make(_ path: String, owner: String, isFirstAttempt: Bool) throws(EngineError) {
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            let mark = path + "/" + markName
            let entries = try files.contentsOfDirectory(atPath: path)
            let markedOwner = files.contents(atPath: mark).map { String(decoding: $0, as: UTF8.self) }
            if !entries.isEmpty {
                guard markedOwner == owner, !isFirstAttempt else {
                    // From now on it holds what is not this task's alone: no later attempt may empty it.
                    if markedOwner != nil { try files.removeItem(atPath: mark) }
                    return
                }
                for entry in entries { try files.removeItem(atPath: path + "/" + entry) }
            }
            try Data(owner.utf8).write(to: URL(fileURLWithPath: mark))
        } catch {
            throw EngineError(.cannotStart, "cannot make the task's directory \(path): \(reason(error))")
        }
    }

    /// Makes the directory that a file goes into, if it is missing.
    ///
    /// - Throws: ``EngineError`` with code `cannotStart`.
    static func makeParent(of file: String) throws(EngineError) {
        guard let slash = file.lastIndex(of: "/"), slash != file.startIndex else { return }
        let parent = String(file[..<slash])
        do {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw EngineError(
                .cannotStart, "cannot make the directory \(parent) for \(file): \(reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        let error = error as NSError
        if let under = error.userInfo[NSUnderlyingErrorKey] as? NSError, under.domain == NSPOSIXErrorDomain {
            return String(cString: strerror(Int32(under.code)))
        }
        return error.localizedDescription
    }
}
