public import FarmWire

/// What the worker tells.
extension EngineNode {
    /// An attempt has ended. `report`'s name is not read; with `startedAt` zero the node puts its own times
    /// in. The payload (``AttemptPayload``) is copied. Told of an attempt that is not running (any more), it
    /// is ignored.
    ///
    /// A payload too large for the farm makes the attempt failed, with a payload that says so.
    public func finish(
        _ token: AttemptToken, _ report: AttemptReport, payload: UnsafeRawBufferPointer, at now: Instant
    ) {
        if !lookUps.isEmpty { lookUps[token.raw] = nil }
        let limit = largestPayload
        guard payload.count > limit else {
            return perform(
                .finished(token, report, payloadBytes: payload.count), at: now, payload: payload)
        }
        var refused = report
        refused.state = .failed
        refused.cause = .badResult
        let text = Self.errorPayload(
            "the result has \(payload.count) bytes, the farm takes at most \(limit): "
                + "return less, or write it to a file and return its path")
        text.withUnsafeBytes {
            perform(.finished(token, refused, payloadBytes: $0.count), at: now, payload: $0)
        }
    }

    /// As `finish` with a payload in an array.
    public func finish(_ token: AttemptToken, _ report: AttemptReport, payload: [UInt8] = [], at now: Instant)
    {
        payload.withUnsafeBytes { finish(token, report, payload: $0, at: now) }
    }

    /// A running attempt has written `bytes` to `stream`, behind `offset` bytes before. Sent at once, for
    /// whoever follows it; dropped while there is no session, because the result holds what is kept of the
    /// output.
    public func output(
        _ token: AttemptToken, _ stream: OutputMessage.Stream, offset: UInt64, _ bytes: UnsafeRawBufferPointer
    ) {
        guard agent.isAttached, let name = agent.name(of: token) else { return }
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + WireLimits.output)
            let piece = [UInt8](bytes[start..<end])
            send(
                .output,
                OutputMessage(name: name, stream: stream, offset: offset + UInt64(start), bytes: piece))
            start = end
        }
    }

    /// Bytes that a result's payload may have: what the controller takes, less the message around it.
    public var largestPayload: Int {
        let message = min(welcome?.largestMessage ?? .max, UInt64(WireLimits.message))
        return max(0, Int(message) - 1024)
    }

    static func errorPayload(_ text: String) -> [UInt8] {
        var payload = AttemptPayload()
        payload.error = text
        return payload.encoded
    }
}
