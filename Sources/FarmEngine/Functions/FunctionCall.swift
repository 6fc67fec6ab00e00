import FarmFunctions
import FarmTemplate
import FarmTransport

/// One call of a function for an attempt: what it is given, and what is reported of it.
enum FunctionCall {
    /// Runs the function on the calling Swift task.
    static func run(_ work: AttemptWork, _ value: inout [UInt8]) async -> FunctionRunner.End {
        let seat = work.seat
        switch work.group.kind {
        case .call(let runner):
            let context = TaskContext(
                taskNumber: work.name.task.raw, attempt: work.name.attempt, epoch: work.name.epoch, name: nil,
                parameters: [:],
                cpus: Places(work.item.cores), gpus: Places(work.item.gpus),
                rank: seat?.rank ?? 0, poolRanks: seat?.poolRanks ?? [],
                in: work.group.surroundings)
            return await runner.call(.dispatched(work), context, &value)
        case .renderedCall(let template, let runner):
            let task: RenderedTask
            do throws(TemplateError) {
                task = try work.render(template)
            } catch {
                return .badInput(error.description)
            }
            guard case .function(_, let input) = task.body else {
                return .badInput("the task calls no function")
            }
            var parameters: [String: String] = [:]
            for (name, value) in template.point(work.index) { parameters[name] = value.text }
            let context = TaskContext(
                taskNumber: work.name.task.raw, attempt: work.name.attempt, epoch: work.name.epoch,
                name: task.name,
                parameters: parameters, cpus: Places(work.item.cores), gpus: Places(work.item.gpus),
                rank: seat?.rank ?? 0, poolRanks: seat?.poolRanks ?? [],
                in: work.group.surroundings)
            return await runner.call(.rendered(input), context, &value)
        case .broken(let message):
            return .badInput(message)
        case .command, .namespace, .python:
            return .badInput(
                "what is no function was given to a function slot; this is a fault of the engine, please report it"
            )
        }
    }

    /// What is told of a call that returned.
    static func report(
        _ work: AttemptWork, _ end: FunctionRunner.End, _ value: [UInt8], _ notice: StopNotice?,
        _ startedAt: Instant, _ endedAt: Instant
    ) -> AttemptEnd {
        var report = AttemptReport(
            name: work.name, state: .succeeded, startedAt: startedAt, durationNanoseconds: endedAt - startedAt
        )
        var payload: [UInt8] = []
        // What a function does after it was told to stop is the stop's doing, also if it returns.
        if let notice, endedAt > notice.at {
            report.state = notice.reason == .timeout ? .failed : .cancelled
            report.cause = notice.reason == .timeout ? .timeout : .cancelled
            let text = notice.message(timeoutNanoseconds: work.group.timeoutNanoseconds, obeyed: true)
            return AttemptEnd(token: work.token, report: report, payload: error(text, name: nil))
        }
        switch end {
        case .returned:
            if let codec = value.first {
                payload.reserveCapacity(value.count + 5)
                value.withUnsafeBytes { bytes in
                    AttemptPayload.appendValue(
                        codec: codec, bytes: UnsafeRawBufferPointer(rebasing: bytes.dropFirst()), to: &payload
                    )
                }
            }
        case .threw(let message, let name):
            (report.state, report.cause) = (.failed, .failure)
            payload = error(message, name: name)
        case .notHere(let reason):
            (report.state, report.cause) = (.failed, .notHere)
            payload = error(reason, name: nil)
        case .badInput(let message):
            (report.state, report.cause) = (.failed, .notStarted)
            payload = error(message, name: nil)
        case .badOutput(let message):
            (report.state, report.cause) = (.failed, .badResult)
            payload = error(message, name: nil)
        }
        return AttemptEnd(token: work.token, report: report, payload: payload)
    }

    /// What is told of a function that would not stop.
    /// - Parameter activity: what it does together with other ranks, if it does.
    static func overrun(
        _ work: AttemptWork, _ notice: StopNotice, _ activity: String?, at now: Instant
    ) -> AttemptEnd {
        let report = AttemptReport(
            name: work.name, state: notice.reason == .timeout ? .failed : .cancelled,
            cause: notice.reason == .timeout ? .timeout : .cancelled)
        let text = notice.message(timeoutNanoseconds: work.group.timeoutNanoseconds, obeyed: false)
        return AttemptEnd(
            token: work.token, report: report,
            payload: error(
                text + (activity.map { " (\($0))" } ?? "")
                    + ": it ignores cancellation; check `context.isCancelled` in long loops", name: nil))
    }

    static func error(_ message: String, name: String?) -> [UInt8] {
        var bytes: [UInt8] = []
        AttemptPayload(error: message, errorName: name).encode(into: &bytes)
        return bytes
    }
}
