import FarmFunctions
import FarmProcess
import FarmTransport
import Foundation
import Logging

// From an answer, or the kernel's end, to what is told.
extension KernelLoop {
    /// Why the kernel's process ends.
    enum Reason {
        case byItself, killed, tooSlow, restarted
    }

    func answered(_ frame: consuming [UInt8]) {
        guard let answer = KernelAnswer(consume frame) else {
            logger.error("the Python kernel says what cannot be read; it is killed")
            return end(.byItself)
        }
        switch (phase, answer.kind) {
        case (.starting, .ready):
            startDeadline = .never
            logger.info("a Python kernel has been started: \(String(decoding: answer.bytes, as: UTF8.self))")
            // What the interpreter says while it starts is not the first command's.
            if let (output, errors) = process?.takeOutput(), output.totalBytes + errors.totalBytes > 0 {
                logger.info("it said: \(output.text)\(errors.text)")
            }
            phase = .ready
        case (.seeding, .value), (.syncing, .synced):
            if phase == .syncing { needsSync = false }
            phase = .ready
        case (.seeding, .error):
            phase = .ready
            var error = KernelError(answer)
            error.message =
                "not done: of what the namespace held, Python cannot read this, and it is gone: "
                + error.message
            if let job = current?.job, current?.isSent == false {
                current = nil
                finish(job, startedAt: clock.now, KernelReport(error))
            }
        case (.ready, .value), (.ready, .error):
            guard let current, current.isSent else { return }
            self.current = nil
            finish(current, answer)
        default:
            logger.error("the Python kernel answers what it was not asked; it is killed")
            return end(.byItself)
        }
        proceed()
    }

    private func finish(_ ended: Current, _ answer: KernelAnswer) {
        let now = clock.now
        let (output, errors) = process?.takeOutput() ?? (CapturedOutput(), CapturedOutput())
        var report: KernelReport
        var traceback = ""
        if let stop = ended.stop, case .attempt(let work) = ended.job.asker, now > stop.at {
            report = KernelReport(work, stopped: stop, obeyed: true, "")
        } else if answer.kind == .error {
            var error = KernelError(answer)
            if error.name == "NotHere", ended.job.mayGoElsewhere { error.cause = .notHere }
            report = KernelReport(error)
            if ended.job.isTask { traceback = error.traceback }
        } else if let prompt = ended.prompt {
            report = KernelReport(
                KernelReport.Prompt(
                    prompt: prompt, result: answer.text, stdout: KernelReport.text(output),
                    stderr: KernelReport.text(errors)))
            history.add(report)
            return finish(ended.job, startedAt: ended.startedAt, report, answer.cpuNanoseconds)
        } else {
            report = KernelReport(answer)
        }
        report.keep(output, errors, traceback: traceback)
        if ended.prompt != nil { history.add(report) }
        finish(ended.job, startedAt: ended.startedAt, report, answer.cpuNanoseconds)
    }

    /// Ends the process, and with it the namespace; whoever waits for it is told.
    func end(_ reason: Reason) {
        guard let process else { return }
        // Nothing is left of the pool when one of its ranks is gone.
        defer { if isRank, reason != .restarted { host?.kernelLost() } }
        let wasStarting = phase == .starting
        let ending = process.end()
        let (output, errors) = process.takeOutput()
        self.process = nil
        (phase, startDeadline, needsSync) = (.none, .never, false)
        if wasStarting, reason != .restarted {
            let error = program.failure(ending, errors, tookTooLong: reason == .tooSlow)
            logger.error("\(error.message)")
            if let job = current?.job { finish(job, startedAt: clock.now, KernelReport(error)) }
            current = nil
            return
        }
        logger.warning("the Python kernel has ended by \(KernelProgram.words(ending))")
        guard let current else {
            if isRank { return }
            if reason != .restarted {
                lost = Self.died(ending, "while nothing ran", ", and this was not done: ")
            }
            return
        }
        self.current = nil
        var report: KernelReport
        if let stop = current.stop, case .attempt(let work) = current.job.asker {
            let remark =
                reason == .killed
                ? ": the Python kernel was killed, and its namespace is gone"
                : "; the Python kernel has ended by \(KernelProgram.words(ending)), and its namespace is gone"
            report = KernelReport(work, stopped: stop, obeyed: reason != .killed, remark)
            if current.job.isTask {
                lost = Self.died(
                    ending, "when task \(work.name.task) was stopped", ", and this was not done: ")
            }
        } else {
            let when = reason == .restarted ? "since it was restarted" : "while it ran this"
            report = KernelReport(Self.died(ending, when, "; "))
            if current.job.isTask, reason != .restarted {
                lost = Self.died(ending, "while it ran a task", ", and this was not done: ")
            }
        }
        report.keep(output, errors, traceback: "")
        if current.prompt != nil { history.add(report) }
        finish(current.job, startedAt: current.startedAt, report)
    }

    private static func died(_ ending: ProcessEnding, _ when: String, _ then: String) -> KernelError {
        var error = KernelError(
            "KernelDied",
            "the Python kernel ended by \(KernelProgram.words(ending)) \(when)\(then)"
                + "its namespace is gone, the next command starts a new one")
        switch ending {
        case .exited(let code): error.exitCode = code
        case .signalled(let signal, _): error.exitCode = -signal
        default: break
        }
        return error
    }

    // MARK: Telling

    func finish(_ job: KernelJob, stopped notice: StopNotice) {
        guard case .attempt(let work) = job.asker else { return }
        let remark = " while it waited for the engine's Python kernel"
        finish(job, startedAt: clock.now, KernelReport(work, stopped: notice, obeyed: true, remark))
    }

    func finish(
        _ job: KernelJob, startedAt: Instant, _ report: KernelReport, _ cpuNanoseconds: UInt64 = 0
    ) {
        switch job.asker {
        case .attempt(let work):
            let told = AttemptReport(
                name: work.name, state: report.state, cause: report.cause, exitCode: report.exitCode,
                startedAt: startedAt, durationNanoseconds: max(0, clock.now - startedAt),
                cpuNanoseconds: Int64(clamping: cpuNanoseconds))
            host?.commandsEnded([AttemptEnd(token: work.token, report: told, payload: report.payload)])
        case .function(_, let reply):
            let sections = report.payload.withUnsafeBytes { try? AttemptPayload(decoding: $0) }
            if report.state == .succeeded {
                reply(.success(sections?.value.map { [$0.codec] + $0.bytes } ?? [0]))
            } else {
                reply(.failure(NamespaceError(sections?.errorName ?? "", sections?.error ?? "")))
            }
        }
    }
}

extension KernelAnswer {
    /// Of a prompt: what its last expression came to.
    var text: String? { isNothing ? nil : String(decoding: section[6...], as: UTF8.self) }
}

extension NamespaceError {
    /// By the name that Python, or the kernel, gives the error.
    init(_ name: String, _ message: String) {
        let code: Code =
            switch name {
            case "NameError": .unknownName
            case "KernelDied": .kernelDied
            case "UnpicklableValue", "ValueTooLarge": .notValue
            case "OverLimit": .overLimit
            default: .failed
            }
        self.init(code, code == .failed && !name.isEmpty ? "\(name): \(message)" : message)
    }
}
