/// The first 8 bytes of a `results` body: u64 batch. ``ResultEntry`` follows, to the end.
public struct ResultsHeader: Equatable, Sendable {
    /// Bytes before the first entry.
    public static let size = 8

    /// Counts an engine's batches from 1 over its whole life; one that is sent again keeps its number.
    public var batch: UInt64

    /// A header with the field given.
    public init(batch: UInt64) { self.batch = batch }

    /// Appends the 8 bytes.
    public func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: batch.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Reads the start of `body`; the first entry is at offset ``size``.
    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        batch = try reader.u64("batch")
    }
}
