import FarmTransport
import Synchronization

/// An attempt whose files are declared, from its beginning to its end. What each phase may turn into:
/// - `preparing` (its inputs are looked at) → `asked`, `running`, refused
/// - `asked` (the controller is, whether it need not be run) → `verifying`, `running`
/// - `verifying` (whether what another one left behind is still there) → unchanged, `running`
/// - `running` → ended, its outputs looked at
struct DeclaredWork {
    enum Phase {
        case preparing
        case asked
        case verifying
        case running
    }

    let work: AttemptWork
    let isWanted = WantedFlag()
    var phase = Phase.preparing
    /// Its success can be found again by this.
    var key: ContentKey?
}

/// Whether an attempt that is looked at is still to be run.
final class WantedFlag: Sendable {
    private let value = Atomic(true)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func clear() { value.store(false, ordering: .relaxed) }
}

// Attempts of which something is declared pass through here before they begin, and after they have ended.
extension EngineCore {
    /// Under the lock.
    func reserve(declared work: AttemptWork) {
        let entry = DeclaredWork(work: work)
        declaredWorks[work.token.raw] = entry
        errands.declared.append(entry)
    }

    /// Without the lock.
    func prepare(_ entry: DeclaredWork) {
        let (work, isWanted) = (entry.work, entry.isWanted)
        guard let declared = work.group.declared else { return }
        contents.prepare(work, declared, isWanted: { isWanted.isSet }) { [self] preparation in
            ending {
                guard declaredWorks[work.token.raw] != nil else { return }
                switch preparation {
                case .run(let key):
                    declaredWorks[work.token.raw]!.key = key
                    run(declared: work.token)
                case .lookUp(let key):
                    declaredWorks[work.token.raw]!.key = key
                    declaredWorks[work.token.raw]!.phase = .asked
                    node.lookUp(work.token, key)
                    errands.wakes = true
                case .refused(let message):
                    let report = AttemptReport(name: work.name, state: .failed, cause: .notStarted)
                    finish(declared: work.token, report, FunctionCall.error(message, name: nil))
                }
            }
        }
    }

    /// Under the lock: the answer to a look-up.
    func found(_ attempt: AttemptToken, _ task: TaskID?, _ sections: [UInt8]) {
        guard let entry = declaredWorks[attempt.raw], entry.phase == .asked else { return }
        guard let task, let declared = entry.work.group.declared,
            var payload = sections.withUnsafeBytes({ try? AttemptPayload(decoding: $0) }),
            let record = payload.content, record.key == entry.key
        else { return run(declared: attempt) }
        payload.source = payload.source ?? task
        declaredWorks[attempt.raw]!.phase = .verifying
        let bytes = payload.encoded
        contents.isThere(entry.work, declared, record) { [self] isThere in
            ending {
                guard declaredWorks[attempt.raw] != nil else { return }
                guard isThere else { return run(declared: attempt) }
                // It has not begun: nothing is learnt from how long it took.
                let report = AttemptReport(name: entry.work.name, state: .succeeded, cause: .unchanged)
                finish(declared: attempt, report, bytes)
            }
        }
    }

    /// Under the lock.
    private func run(declared token: AttemptToken) {
        declaredWorks[token.raw]!.phase = .running
        launch(declaredWorks[token.raw]!.work)
    }

    private func finish(declared token: AttemptToken, _ report: AttemptReport, _ payload: [UInt8]) {
        declaredWorks[token.raw] = nil
        finish(AttemptEnd(token: token, report: report, payload: payload), at: clock.now)
        node.handOut()
        errands.wakes = true
    }

    /// Under the lock: whether an attempt was told to stop that has not begun.
    func stop(declared token: AttemptToken, _ notice: StopNotice) -> Bool {
        guard let entry = declaredWorks[token.raw], entry.phase != .running else { return false }
        entry.isWanted.clear()
        let isTimeout = notice.reason == .timeout
        let report = AttemptReport(
            name: entry.work.name, state: isTimeout ? .failed : .cancelled,
            cause: isTimeout ? .timeout : .cancelled)
        let text = notice.message(
            timeoutNanoseconds: entry.work.group.timeoutNanoseconds, obeyed: true)
        finish(
            declared: token, report,
            FunctionCall.error(text + " before it began: it was still seen whether it has changed", name: nil)
        )
        return true
    }

    /// Under the lock: whether an attempt that has ended is looked at again first. Its end is told later.
    func looksAgain(at end: AttemptEnd) -> Bool {
        guard let entry = declaredWorks.removeValue(forKey: end.token.raw),
            end.report.state == .succeeded, let declared = entry.work.group.declared
        else { return false }
        contents.close(end, entry.work, declared, entry.key) { [self] end in
            ending {
                finish(end, at: clock.now)
                node.handOut()
                errands.wakes = true
            }
        }
        return true
    }
}
