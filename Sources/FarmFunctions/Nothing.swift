/// The input of a function that needs none, or the output of one that has no value; no bytes on the wire.
///
/// It stands for `Void`, which cannot be `Codable`.
public struct Nothing: Codable, Hashable, Sendable {
    /// The only value there is.
    public init() {}

    /// Accepts anything: whoever wants nothing is not disturbed by something.
    public init(from decoder: any Decoder) throws {}

    /// Encodes as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encodeNil()
    }
}
