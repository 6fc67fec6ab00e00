import FarmTransport
import TaskFarm

// How facts stand in the spool: a head of fixed length, then value, error, output, parameters and
// attempts. Read by the process that has written them, so in its own byte order.
extension ResultFacts {
    /// Bytes before the value.
    static let headBytes = 96

    /// - Parameter group: the number of the place's group in the spool.
    func append(group: UInt32, to bytes: inout [UInt8]) {
        let words = Array(error.utf8)
        for count in [value.count, words.count, output.count, given.count, attempts.count] {
            bytes.add(UInt32(count))
        }
        for number in [id.job.raw, id.index, group, place.index] { bytes.add(number) }
        bytes.add(UInt32(state.rawValue) | UInt32(cause.rawValue) << 8 | (hasRun ? 1 << 16 : 0))
        bytes.add(UInt32(clamping: attempt))
        bytes.add(engine?.raw ?? .max)
        bytes.add(UInt32(clamping: peakMemoryKiB))
        bytes.add(Int32(clamping: exitCode))
        for number in [submittedAt, startedAt, endedAt].map(\.nanoseconds) { bytes.add(number) }
        bytes.add(cpuNanoseconds)
        bytes.add(source?.raw ?? .max)
        bytes.append(contentsOf: value)
        bytes.append(contentsOf: words)
        bytes.append(contentsOf: output)
        bytes.append(contentsOf: given)
        for attempt in attempts { attempt.append(to: &bytes) }
    }

    /// How long a record is whose head this is.
    static func length(_ head: UnsafeRawBufferPointer) -> Int {
        func count(_ index: Int) -> Int {
            Int(head.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
        }
        return headBytes + count(0) + count(1) + count(2) + count(3) + count(4) * AttemptSpan.byteCount
    }

    /// Reads one record. `groups`: those that were numbered.
    init?(_ bytes: UnsafeRawBufferPointer, groups: [TaskPlace]) {
        func word(_ index: Int) -> UInt32 {
            bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        }
        func long(_ index: Int) -> Int64 {
            bytes.loadUnaligned(fromByteOffset: 56 + 8 * index, as: Int64.self)
        }
        guard bytes.count >= Self.headBytes, bytes.count == Self.length(bytes),
            Int(word(7)) < groups.count,
            let state = TaskState(rawValue: UInt8(truncatingIfNeeded: word(9))),
            let cause = Cause(rawValue: UInt8(truncatingIfNeeded: word(9) >> 8))
        else { return nil }
        id = TaskID(JobID(word(5)), word(6))
        place = groups[Int(word(7))]
        place.index = word(8)
        (self.state, self.cause) = (state, cause)
        hasRun = word(9) >> 16 != 0
        attempt = Int(word(10))
        engine = word(11) == .max ? nil : EngineID(word(11))
        peakMemoryKiB = Int(word(12))
        exitCode = Int(Int32(bitPattern: word(13)))
        submittedAt = Instant(nanoseconds: long(0))
        startedAt = Instant(nanoseconds: long(1))
        endedAt = Instant(nanoseconds: long(2))
        cpuNanoseconds = long(3)
        source = long(4) == -1 ? nil : TaskID(raw: UInt64(bitPattern: long(4)))
        var end = Self.headBytes
        func part(_ count: UInt32) -> UnsafeRawBufferPointer {
            defer { end += Int(count) }
            return UnsafeRawBufferPointer(rebasing: bytes[end..<end + Int(count)])
        }
        value = Array(part(word(0)))
        if word(1) > 0 { error = String(decoding: part(word(1)), as: UTF8.self) }
        output = Array(part(word(2)))
        given = Array(part(word(3)))
        attempts = (0..<word(4)).compactMap { _ in AttemptSpan(part(UInt32(AttemptSpan.byteCount))) }
    }
}

extension [UInt8] {
    /// Appends a number as it lies in memory.
    mutating func add(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number) { append(contentsOf: $0) }
    }
}
