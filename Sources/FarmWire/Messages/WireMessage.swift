/// A message that is read and written as a whole. The hot ones (dispatch, results, completions) are walked
/// entry by entry instead, see ``DispatchEntry``, ``ResultEntry`` and ``CompletionEntry``.
public protocol WireMessage: Equatable, Sendable {
    /// Appends the body, without a frame header. Lengths are not checked against ``WireLimits`` here, but
    /// texts meant for people are cut to them.
    func encode(into bytes: inout [UInt8])
    /// Reads a body, which must end where the message ends. Copies all that it keeps.
    init(decoding body: UnsafeRawBufferPointer) throws(WireError)
}

extension WireMessage {
    /// Reads a body.
    public init(decoding body: [UInt8]) throws(WireError) {
        let result: Result<Self, WireError> = body.withUnsafeBytes { raw in
            do throws(WireError) { return .success(try Self(decoding: raw)) } catch { return .failure(error) }
        }
        self = try result.get()
    }

    /// The body in an array of its own.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        encode(into: &bytes)
        return bytes
    }
}
