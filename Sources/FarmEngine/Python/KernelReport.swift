import FarmProcess
import FarmTransport
import Foundation

/// What is told of an attempt that the kernel ran, but for its times.
struct KernelReport: Sendable {
    var state = TaskState.succeeded
    var cause = Cause.none
    var exitCode: Int32 = 0
    /// Sections of `AttemptPayload`.
    var payload: [UInt8] = []

    /// A value, as a section; none if it is nothing.
    init(_ answer: KernelAnswer) {
        if !answer.isNothing { payload = answer.section }
    }

    /// A value, as codec byte and bytes; no bytes for none.
    init(value: [UInt8]) {
        guard let codec = value.first, codec != 0 else { return }
        value.withUnsafeBytes { bytes in
            AttemptPayload.appendValue(
                codec: codec, bytes: UnsafeRawBufferPointer(rebasing: bytes.dropFirst()), to: &payload)
        }
    }

    init(_ error: KernelError) {
        (state, cause, exitCode) = (.failed, error.cause, error.exitCode)
        var sections = AttemptPayload(error: error.message, errorName: error.name)
        if !error.traceback.isEmpty { sections.traceback = error.traceback }
        sections.encode(into: &payload)
    }

    init(_ work: AttemptWork, stopped notice: StopNotice, obeyed: Bool, _ remark: String) {
        state = notice.reason == .timeout ? .failed : .cancelled
        cause = notice.reason == .timeout ? .timeout : .cancelled
        let text = notice.message(timeoutNanoseconds: work.group.timeoutNanoseconds, obeyed: obeyed)
        AttemptPayload(error: text + remark).encode(into: &payload)
    }

    /// What to do where output is missing.
    private static let advice = "print less, or write to a file"

    /// What was written, as text.
    static func text(_ output: CapturedOutput) -> String {
        String(decoding: output.shown(advice), as: UTF8.self)
    }

    /// What a prompt gives.
    struct Prompt: Encodable {
        var prompt: Int
        var result: String?
        var stdout: String
        var stderr: String
    }

    /// Of a prompt that went well.
    init(_ prompt: Prompt) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        // Strings and a number can always be written.
        let text = (try? encoder.encode(prompt)) ?? Data()
        self.init(value: [2] + text)
    }

    /// Adds what it has written. A traceback stands at the end of a task's standard error, as a script's
    /// does.
    mutating func keep(_ output: CapturedOutput, _ errors: CapturedOutput, traceback: String) {
        var sections = AttemptPayload()
        var (kept, total) = (errors.shown(Self.advice), errors.totalBytes)
        kept += traceback.utf8
        total += UInt64(traceback.utf8.count)
        if output.totalBytes > 0 {
            (sections.output, sections.outputTotal) = (output.shown(Self.advice), output.totalBytes)
        }
        if total > 0 { (sections.errorOutput, sections.errorOutputTotal) = (kept, total) }
        sections.encode(into: &payload)
    }
}
