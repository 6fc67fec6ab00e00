/// What of one engine's output has been handed over.
struct OutputFollower {
    private struct Stream {
        /// Where to ask on, in bytes.
        var offset = 0
        /// Of a line that has not ended.
        var begun: [UInt8] = []
        /// What was handed over, in bytes of the text.
        var shown = 0
    }

    let engine: EngineID
    /// All of it.
    private(set) var isDone = false
    private var output = Stream()
    private var errors = Stream()

    init(engine: EngineID) { self.engine = engine }

    func offset(of stream: OutputStream) -> Int {
        stream == .standardOutput ? output.offset : errors.offset
    }

    /// Takes what an engine has written while it works.
    /// - Returns: the lines that are whole by it.
    mutating func take(_ piece: OutputPiece, of stream: OutputStream) -> EngineOutput? {
        let text =
            stream == .standardOutput ? Self.lines(of: piece, &output) : Self.lines(of: piece, &errors)
        return text.map { EngineOutput(engine: engine, stream: stream, text: $0) }
    }

    private static func lines(of piece: OutputPiece, _ stream: inout Stream) -> String? {
        stream.offset = max(stream.offset, piece.nextOffset)
        stream.begun += piece.bytes
        guard let end = stream.begun.lastIndex(of: UInt8(ascii: "\n")) else { return nil }
        // By lines, so that it is decoded as all of it will be.
        let text = String(decoding: stream.begun[...end], as: UTF8.self)
        stream.begun.removeFirst(end + 1)
        stream.shown += text.utf8.count
        return text
    }

    /// Takes what came of it.
    /// - Returns: what has not been handed over.
    mutating func finish(_ outcome: TaskOutcome) -> [EngineOutput] {
        isDone = true
        var kept = (
            output: String(decoding: outcome.standardOutput, as: UTF8.self),
            errors: String(decoding: outcome.standardError, as: UTF8.self)
        )
        if outcome.isSuccess, let answer = try? outcome.value(as: EngineCalls.Answer.self) {
            kept = (answer.stdout, answer.stderr)
        }
        let rests = [
            (OutputStream.standardOutput, kept.output.utf8.dropFirst(output.shown)),
            (OutputStream.standardError, kept.errors.utf8.dropFirst(errors.shown)),
        ]
        return rests.compactMap { stream, rest in
            rest.isEmpty ? nil : EngineOutput(engine: engine, stream: stream, text: String(rest) ?? "")
        }
    }
}
