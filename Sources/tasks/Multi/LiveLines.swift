import MultiEngine
import Synchronization
import TaskFarm

/// Writes what commands print while they run, a line with its engine's number in front, and knows what of it
/// need not be said again at the end.
///
/// An engine's first lines are held for half a second: of one that is done by then they stand with its
/// result, as they do when nobody looks.
final class LiveLines: Sendable {
    private struct Engine {
        var begun: ContinuousClock.Instant?
        var held: [EngineOutput] = []
        var isLive = false
        /// Bytes that were written.
        var shown: [OutputStream: Int] = [:]
    }

    private struct State {
        var engines: [EngineID: Engine] = [:]
        var isOver = false
    }

    private static let patience = Duration.milliseconds(500)
    private let state = Mutex(State())

    /// Waits for a command's result.
    func value(of pending: PendingResult<ResultList>) async throws -> ResultList {
        let ticker = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(100))
                show(pending)
            }
        }
        defer {
            ticker.cancel()
            state.withLock { $0.isOver = true }
        }
        return try await pending.value { take($0) }
    }

    private func take(_ output: EngineOutput) {
        state.withLock { state in
            var engine = state.engines[output.engine] ?? Engine()
            engine.held.append(output)
            engine.begun = engine.begun ?? .now
            if engine.isLive, !state.isOver { Self.write(&engine) }
            state.engines[output.engine] = engine
        }
    }

    /// Shows what was held of engines that are still at work.
    private func show(_ pending: PendingResult<ResultList>) {
        state.withLock { state in
            for (index, id) in pending.engines.enumerated() {
                guard !state.isOver, var engine = state.engines[id], !engine.isLive, let begun = engine.begun,
                    .now - begun >= Self.patience, pending.job.outcome(of: index) == nil
                else { continue }
                engine.isLive = true
                Self.write(&engine)
                state.engines[id] = engine
            }
        }
    }

    private static func write(_ engine: inout Engine) {
        for output in engine.held {
            let word = output.stream == .standardOutput ? "Out" : "Err"
            let lines = output.text.split(separator: "\n", omittingEmptySubsequences: false)
            // The last one is what stands behind the last newline.
            for line in output.text.hasSuffix("\n") ? lines.dropLast() : lines[...] {
                Terminal.write("[\(output.engine)] \(word): \(line)\n")
            }
            engine.shown[output.stream, default: 0] += output.text.utf8.count
        }
        engine.held = []
    }

    // MARK: At the end

    private func count(_ engine: EngineID, _ stream: OutputStream) -> Int {
        state.withLock { $0.engines[engine]?.shown[stream] ?? 0 }
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
