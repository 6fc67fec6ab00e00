import FarmFunctions
import FarmProcess
import FarmTemplate
import FarmTransport
import Glibc

/// What is reported of a command that has ended.
struct CommandReport {
    let token: AttemptToken
    let name: DispatchName
    let task: RenderedTask
    let timeoutNanoseconds: Int64
    /// When its check began, if it had one.
    let checkedAtNanoseconds: UInt64?
    let scratchFile: String
    /// Of the result file, if it was there before the start.
    let resultStamp: FileStamp?
    let stop: StopNotice?
    /// Its ranks on this host, if it was started as several.
    let ranks: RankLaunch?

    /// JSON of this size is read in next to no time.
    private static let quickBytes = 64 << 10

    /// Whether the runner should not be kept by it: the value is in a file of the task's, which may be on a
    /// slow file system, or much has to be looked through.
    func takesTime(_ exit: ProcessExit) -> Bool {
        if task.mpi != nil { return true }
        guard exit.ending.isSuccess else { return false }
        switch task.result {
        case .file, .regex: return true
        case .resultFile:
            var status = stat()
            return stat(scratchFile, &status) == 0 && status.st_size > Self.quickBytes
        }
    }

    /// - Parameter clockOffset: what is added to the runner's clock to get the farm's.
    func make(_ exit: ProcessExit, clockOffset: Int64) -> AttemptEnd {
        let startedAt = Instant(
            nanoseconds: Int64(checkedAtNanoseconds ?? exit.startedAtNanoseconds) + clockOffset)
        let endedAt = Instant(nanoseconds: Int64(exit.endedAtNanoseconds) + clockOffset)
        var report = AttemptReport(
            name: name, state: .failed, cause: .failure, startedAt: startedAt,
            durationNanoseconds: max(0, endedAt - startedAt),
            cpuNanoseconds: Int64(clamping: exit.usage.cpuNanoseconds),
            peakMemoryKiB: exit.usage.isPeakUpperBound ? 0 : UInt32(clamping: exit.usage.peakResidentKiB))
        var payload = AttemptPayload()
        var value: [UInt8]?
        if !exit.ending.isSuccess { ScratchDirectory.removeTree(scratchFile) }
        switch exit.ending {
        case .exited(0):
            do throws(EngineError) {
                value = try fetch(exit)
                (report.state, report.cause) = (.succeeded, .none)
            } catch {
                report.cause = .badResult
                payload.error = error.message
            }
        case .exited(let code):
            report.exitCode = code
            payload.error = "exit code \(code)" + Self.lastLine(exit.errors)
        case .signalled(let signal, let dumpedCore):
            report.exitCode = -signal
            payload.error =
                "killed by signal \(SignalName.of(signal))\(dumpedCore ? ", core dumped" : "")"
                + Self.lastLine(exit.errors)
        case .notStarted(let error):
            report.cause = .notStarted
            payload.error = error.message
        case .lost:
            payload.error =
                "how it ended is not known: another part of the engine's process took its exit status"
        }
        if let message = Self.outOfMemory(exit.memory) {
            (report.state, report.cause) = (.failed, .outOfMemory)
            payload.error = message
            value = nil
        }
        if let stop, endedAt > stop.at, !(exit.ending.isSuccess && stop.reason == .leaving) {
            (report.state, report.cause) =
                stop.reason == .timeout ? (.failed, .timeout) : (.cancelled, .cancelled)
            payload.error = stop.message(
                timeoutNanoseconds: timeoutNanoseconds, obeyed: Self.obeyed(exit.ending))
            value = nil
        }
        if let ranks { tell(ranks, exit, in: &payload, &report, &value) }
        keep(exit.output, exit.errors, in: &payload)
        if task.makesDirectory { payload.directory = task.directory }
        var bytes: [UInt8] = []
        if let value, let codec = value.first {
            value.withUnsafeBytes { whole in
                AttemptPayload.appendValue(
                    codec: codec, bytes: UnsafeRawBufferPointer(rebasing: whole.dropFirst()), to: &bytes)
            }
        }
        payload.encode(into: &bytes)
        return AttemptEnd(token: token, report: report, payload: bytes)
    }

    /// What is said of one that was killed for want of memory; nil if it was not.
    static func outOfMemory(_ end: MemoryEnd) -> String? {
        switch end {
        case .none: nil
        case .overLimit(let used, let limit):
            "out of memory: it used \(ByteSize.words(used)), more than the \(ByteSize.words(limit)) that it needs; "
                + "say more in `needs: {memory: …}`"
        case .killedByKernel:
            "out of memory: the kernel killed it, because its host or control group had no more; "
                + "say in `needs: {memory: …}` how much it takes"
        }
    }

    private func fetch(_ exit: ProcessExit) throws(EngineError) -> [UInt8]? {
        let scratch = try ResultReader.take(scratch: scratchFile)
        switch task.result {
        case .resultFile: return scratch
        case .file(let path):
            if let resultStamp, resultStamp == FileStamp(path) {
                throw EngineError(
                    .badResult,
                    "the result file \(path) was there before the task began, and the task has not written it"
                )
            }
            return try ResultReader.read(file: path)
        case .regex(let pattern):
            guard let file = task.stdout?.file else {
                return try ResultReader.match(pattern, in: exit.output.bytes)
            }
            return try ResultReader.match(pattern, inFile: file)
        }
    }

    static func obeyed(_ ending: ProcessEnding) -> Bool {
        if case .signalled(Signals.kill, _) = ending { return false }
        return true
    }

    private func keep(_ output: CapturedOutput, _ errors: CapturedOutput, in payload: inout AttemptPayload) {
        if output.totalBytes > 0 {
            payload.output = output.shown(Self.advice)
            payload.outputTotal = output.totalBytes
        }
        if errors.totalBytes > 0 {
            payload.errorOutput = errors.shown(Self.advice)
            payload.errorOutputTotal = errors.totalBytes
        }
    }

    private static let advice = "write to a file with `stdout:`"

    /// The last thing that a failed command said, as a rule the reason.
    private static func lastLine(_ errors: CapturedOutput) -> String {
        let line = lastWords(errors)
        return line.isEmpty ? "" : ": " + line
    }

    /// The last line with a letter or a digit – launchers end with a rule –, or its end if it is long; else
    /// the last that is not empty.
    static func lastWords(_ errors: CapturedOutput) -> String {
        let last = errors.bytes.lastIndex { isWord($0) } ?? errors.bytes.lastIndex { $0 > 0x20 }
        let end =
            last.map { last in
                let rest = errors.bytes[last...]
                let stop = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
                return (rest[..<stop].lastIndex { $0 > 0x20 } ?? last) + 1
            } ?? 0
        let start = errors.bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = errors.bytes[start..<end]
        return String(decoding: line.suffix(200), as: UTF8.self)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default: false
        }
    }
}
