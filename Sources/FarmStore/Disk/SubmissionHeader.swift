import FarmCore

/// What stands before the wire's message in a submission's row: client (two u64) · u64 submitted at · i32
/// priority cap · u16 length of the owner's name · the name. Little-endian.
enum SubmissionHeader {
    private static let fixed = 30

    static func append(_ record: SubmissionRecord, to bytes: inout [UInt8]) {
        let owner = Array(record.owner.utf8.prefix(Int(UInt16.max)))
        withUnsafeBytes(of: record.client.high.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: record.client.low.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: record.at.nanoseconds.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: record.priorityCap.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt16(owner.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: owner)
    }

    /// The record and the message behind it; nil if the bytes are too few. The epoch is the row's count.
    static func read(
        _ bytes: UnsafeRawBufferPointer, job: JobID, part: UInt32, epoch: UInt32
    ) -> (SubmissionRecord, UnsafeRawBufferPointer)? {
        guard bytes.count >= fixed else { return nil }
        func word<T: FixedWidthInteger>(_ offset: Int, _: T.Type) -> T {
            T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
        let end = fixed + Int(word(28, UInt16.self))
        guard bytes.count >= end else { return nil }
        let record = SubmissionRecord(
            job: job, part: part, owner: String(decoding: bytes[fixed..<end], as: UTF8.self),
            client: UniqueKey(high: word(0, UInt64.self), low: word(8, UInt64.self)),
            priorityCap: word(24, Int32.self), at: Instant(nanoseconds: word(16, Int64.self)), epoch: epoch)
        return (record, UnsafeRawBufferPointer(rebasing: bytes[end...]))
    }
}
