import Dispatch
import FarmContent
import FarmTemplate
import FarmTransport
import Glibc
import Synchronization

/// Looks at the files that tasks have declared: before an attempt, after it, and when the controller says
/// that it need not be run. All of it on a queue of its own, since files may be large or slow; one at a
/// time, since tasks of one job mostly read the same.
final class ContentDesk: Sendable {
    /// What is to be done with an attempt whose inputs were looked at.
    enum Preparation {
        /// Run it; with a key, what it leaves behind can be found again by that.
        case run(ContentKey?)
        /// Ask the controller first.
        case lookUp(ContentKey)
        /// It cannot be run.
        case refused(String)
    }

    private let queue = DispatchQueue(label: "task contents")
    private let digests = FileDigests()
    private let ownVersion = Mutex<String?>(nil)

    /// Looks at the inputs of an attempt, as long as it is `isWanted`: others wait behind it. `then` is called
    /// on the queue.
    func prepare(
        _ work: AttemptWork, _ declared: DeclaredContent, isWanted: @escaping @Sendable () -> Bool,
        then: @escaping @Sendable (Preparation) -> Void
    ) {
        queue.async { then(self.prepared(work, declared, isWanted)) }
    }

    private func prepared(
        _ work: AttemptWork, _ declared: DeclaredContent, _ isWanted: () -> Bool
    ) -> Preparation {
        do throws(TemplateError) {
            let task = try work.render(declared.template)
            let isNew = work.seat == nil && Self.makesDirectory(of: task)
            do throws(ContentError) {
                guard let rules = declared.skipUnchanged else {
                    try FileDigests.check(task.inputs)
                    return .run(nil)
                }
                let key = try key(task, declared, isWanted)
                // With its own directory all is gone that another one has left there.
                return rules.isForced || isNew ? .run(key) : .lookUp(key)
            } catch {
                return .refused("its input \(error.path) \(error.reason)")
            }
        } catch {
            return .refused(error.description)
        }
    }

    /// Makes the directory that is the task's own, if it is missing: paths as `../../mesh.txt` lead through it.
    /// What is wrong with it is told when the task is started.
    private static func makesDirectory(of task: RenderedTask) -> Bool {
        guard task.makesDirectory, access(task.directory, F_OK) != 0 else { return false }
        try? TaskDirectory.makeParent(of: task.directory + "/here")
        return true
    }

    /// What the task depends on, as it is now.
    private func key(
        _ task: RenderedTask, _ declared: DeclaredContent, _ isWanted: () -> Bool = { true }
    ) throws(ContentError) -> ContentKey {
        let version = try declared.isCall && declared.version.isEmpty ? executable() : declared.version
        return try TaskContent.key(of: task, version: version, digests, isWanted: isWanted)
    }

    /// Of the engine's own program, read once.
    private func executable() throws(ContentError) -> String {
        if let known = ownVersion.withLock({ $0 }) { return known }
        let version = try ContentDigest(ofFile: "/proc/self/exe").description
        ownVersion.withLock { $0 = version }
        return version
    }

    /// Whether what another attempt has left behind is still there as it was.
    func isThere(
        _ work: AttemptWork, _ declared: DeclaredContent, _ record: ContentRecord,
        then: @escaping @Sendable (Bool) -> Void
    ) {
        queue.async {
            guard let task = try? work.render(declared.template) else { return then(false) }
            then((try? self.left(by: task)) == record.outputs)
        }
    }

    /// Looks at what an attempt has left behind that has succeeded: without its outputs it has not.
    func close(
        _ end: AttemptEnd, _ work: AttemptWork, _ declared: DeclaredContent, _ key: ContentKey?,
        then: @escaping @Sendable (AttemptEnd) -> Void
    ) {
        queue.async { then(self.closed(end, work, declared, key)) }
    }

    private func closed(
        _ end: AttemptEnd, _ work: AttemptWork, _ declared: DeclaredContent, _ key: ContentKey?
    ) -> AttemptEnd {
        guard let task = try? work.render(declared.template) else { return end }
        do throws(ContentError) { try FileDigests.check(task.outputs) } catch {
            return Self.failed(end, "it ended well, but its output \(error.path) \(error.reason)")
        }
        // What was written while it ran it may have read either way.
        guard let key, (try? self.key(task, declared)) == key, let outputs = try? left(by: task) else {
            return end
        }
        var end = end
        AttemptPayload(content: ContentRecord(key: key, outputs: outputs)).encode(into: &end.payload)
        return end
    }

    private static func failed(_ end: AttemptEnd, _ message: String) -> AttemptEnd {
        var report = end.report
        (report.state, report.cause) = (.failed, .badResult)
        var payload = end.payload.withUnsafeBytes { try? AttemptPayload(decoding: $0) } ?? AttemptPayload()
        payload.value = nil
        payload.error = message
        return AttemptEnd(token: end.token, report: report, payload: payload.encoded)
    }

    private func left(by task: RenderedTask) throws(ContentError) -> [UInt8] {
        try TaskContent.left(by: task, digests)
    }
}
