import FarmCore

/// Loads for entries whose length has been checked already.
extension UnsafeRawBufferPointer {
    @inline(__always) func word32(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    @inline(__always) func word64(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always) func name(_ offset: Int) -> DispatchName {
        DispatchName(
            task: TaskID(raw: word64(offset)), attempt: word32(offset + 8), epoch: word32(offset + 12))
    }

    /// Nanoseconds of a length of time or of a moment, not negative and not beyond `limit`.
    @inline(__always) func nanoseconds(
        _ offset: Int, _ field: StaticString, limit: Int64 = WireLimits.nanoseconds
    ) throws(WireError) -> Int64 {
        let value = Int64(bitPattern: word64(offset))
        guard value >= 0, value <= limit else {
            throw WireError(.badValue, field, at: offset, "\(value) ns is not between 0 and \(limit)")
        }
        return value
    }

    /// The whole length of the entry at `offset`, which it begins with: at least `size`, at most what is
    /// left.
    @inline(__always) func entryLength(_ offset: Int, size: Int) throws(WireError) -> Int {
        let rest = count - offset
        guard rest >= size else {
            throw WireError(
                .truncated, "entry", at: offset, "\(size) bytes are needed, only \(rest) are left")
        }
        let length = Int(word32(offset))
        guard length >= size else {
            throw WireError(
                .badValue, "entry length", at: offset, "\(length); the header alone has \(size) bytes")
        }
        guard length <= rest else {
            throw WireError(
                .truncated, "entry length", at: offset, "\(length) bytes announced, only \(rest) are left")
        }
        return length
    }
}

/// Stores into the room that `appendEntry` has made.
extension UnsafeMutableRawPointer {
    @inline(__always) func put8(_ value: UInt8, at offset: Int) {
        storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    }

    @inline(__always) func put32(_ value: UInt32, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }

    @inline(__always) func put64(_ value: UInt64, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
    }

    @inline(__always) func put64(_ value: Int64, at offset: Int) {
        put64(UInt64(bitPattern: value), at: offset)
    }

    @inline(__always) func put(_ name: DispatchName, at offset: Int) {
        put64(name.task.raw, at: offset)
        put32(name.attempt, at: offset + 8)
        put32(name.epoch, at: offset + 12)
    }
}

extension [UInt8] {
    /// Appends a header of `size` bytes, all of which `header` must store, and what belongs to it. One growth
    /// check for both, and no copy of the header: measured to take half the time of two
    /// `append(contentsOf:)`.
    @inline(__always) mutating func appendEntry(
        size: Int, payload: UnsafeRawBufferPointer, _ header: (UnsafeMutableRawPointer) -> Void
    ) {
        append(addingCapacity: size + payload.count) { span in
            span.withUnsafeMutableBufferPointer { buffer, count in
                let target = UnsafeMutableRawPointer(buffer.baseAddress!)
                header(target)
                if let source = payload.baseAddress, payload.count > 0 {
                    (target + size).copyMemory(from: source, byteCount: payload.count)
                }
                count = size + payload.count
            }
        }
    }
}
