import MultiEngine
import Synchronization
import TaskFarm

/// Writes what commands print while they run, a line with its engine's number in front, and knows what of it
/// need not be said again at the end.
final class LiveLines: Sendable {
    private struct Place: Hashable {
        var engine: EngineID
        var stream: OutputStream
    }

    /// Bytes.
    private let shown = Mutex<[Place: Int]>([:])

    /// Waits for a command's result. One that is done in a moment has nothing written before its end.
    func value(of pending: PendingResult<ResultList>) async throws -> ResultList {
        try await pending.value { output in
            guard !pending.isReady else { return }
            self.write(output)
        }
    }

    private func write(_ output: EngineOutput) {
        let word = output.stream == .standardOutput ? "Out" : "Err"
        let lines = output.text.split(separator: "\n", omittingEmptySubsequences: false)
        // The last one is what stands behind the last newline.
        for line in output.text.hasSuffix("\n") ? lines.dropLast() : lines[...] {
            Terminal.write("[\(output.engine)] \(word): \(line)\n")
        }
        shown.withLock { shown in
            shown[Place(engine: output.engine, stream: output.stream), default: 0] += output.text.utf8.count
        }
    }

    /// How much of an engine's output was written, in bytes.
    func count(_ engine: EngineID, _ stream: OutputStream) -> Int {
        shown.withLock { $0[Place(engine: engine, stream: stream)] ?? 0 }
    }

    /// What is left to be said of a result.
    func rest(of result: CommandResult) -> CommandResult {
        result.dropping(
            output: count(result.engine, .standardOutput), errors: count(result.engine, .standardError))
    }

    /// What is left to be said of what an engine has written that then failed.
    func rest(of failure: EngineFailure) -> String {
        let outputs = [
            ("Out", OutputStream.standardOutput, failure.outcome.standardOutput),
            ("Err", OutputStream.standardError, failure.outcome.standardError),
        ]
        var text = ""
        for (word, stream, bytes) in outputs {
            let all = String(decoding: bytes, as: UTF8.self)
            let rest = String(all.utf8.dropFirst(count(failure.engine, stream))) ?? all
            if rest.isEmpty { continue }
            text += "[\(failure.engine)] \(word): \(rest)" + (rest.hasSuffix("\n") ? "" : "\n")
        }
        return text
    }
}
