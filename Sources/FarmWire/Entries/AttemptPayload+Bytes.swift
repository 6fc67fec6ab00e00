import FarmCore

extension AttemptPayload: WireMessage {
    public func encode(into bytes: inout [UInt8]) {
        if let value {
            value.bytes.withUnsafeBytes { Self.appendValue(codec: value.codec, bytes: $0, to: &bytes) }
        }
        if let error { Self.append(.error, text: error, to: &bytes) }
        if let output { output.withUnsafeBytes { Self.append(.output, $0, to: &bytes) } }
        if let errorOutput { errorOutput.withUnsafeBytes { Self.append(.errorOutput, $0, to: &bytes) } }
        if let outputTotal { Self.append(.outputTotal, number: outputTotal, to: &bytes) }
        if let errorOutputTotal { Self.append(.errorOutputTotal, number: errorOutputTotal, to: &bytes) }
        if let errorName { Self.append(.errorName, text: errorName, to: &bytes) }
        if let directory { Self.append(.directory, text: directory, to: &bytes) }
        if let traceback { Self.append(.traceback, text: traceback, to: &bytes) }
        if let content { content.bytes.withUnsafeBytes { Self.append(.content, $0, to: &bytes) } }
        if let source { Self.append(.source, number: source.raw, to: &bytes) }
        if let ranks { ranks.withUnsafeBytes { Self.append(.ranks, $0, to: &bytes) } }
        if let parameters { parameters.withUnsafeBytes { Self.append(.parameters, $0, to: &bytes) } }
    }

    public init(decoding payload: UnsafeRawBufferPointer) throws(WireError) {
        self.init()
        var offset = 0
        var seen: UInt16 = 0
        while let (tag, section) = try Self.nextSection(in: payload, at: &offset) {
            guard let tag else { continue }
            let start = offset - section.count
            let bit: UInt16 = 1 << UInt16(tag.rawValue)
            guard seen & bit == 0 else {
                throw WireError(
                    .badValue, "section tag", at: start - 5, "section \(tag.rawValue) is there twice")
            }
            seen |= bit
            switch tag {
            case .value: value = Value(codec: section[0], bytes: [UInt8](section[1...]))
            case .error: error = try Self.text(section, "error", at: start)
            case .output: output = [UInt8](section)
            case .errorOutput: errorOutput = [UInt8](section)
            case .outputTotal: outputTotal = try Self.number(section, "stdout total", at: start)
            case .errorOutputTotal: errorOutputTotal = try Self.number(section, "stderr total", at: start)
            case .errorName: errorName = try Self.text(section, "error name", at: start)
            case .traceback: traceback = try Self.text(section, "traceback", at: start)
            case .directory: directory = try Self.text(section, "directory", at: start)
            case .content:
                content = try ContentRecord(section, at: start)
            case .source: source = TaskID(raw: try Self.number(section, "source", at: start))
            case .ranks: ranks = [UInt8](section)
            case .parameters: parameters = [UInt8](section)
            }
        }
    }

    /// Appends a value section, for results that hold nothing else; allocates nothing.
    public static func appendValue(codec: UInt8, bytes value: UnsafeRawBufferPointer, to bytes: inout [UInt8])
    {
        bytes.appendEntry(size: 6, payload: value) { target in
            target.put8(Tag.value.rawValue, at: 0)
            target.put32(UInt32(value.count + 1), at: 1)
            target.put8(codec, at: 5)
        }
    }

    /// Appends a section of bytes.
    public static func append(_ tag: Tag, _ section: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        bytes.appendEntry(size: 5, payload: section) { target in
            target.put8(tag.rawValue, at: 0)
            target.put32(UInt32(section.count), at: 1)
        }
    }

    /// The value's codec and bytes, pointing into `payload`; nil if there is none. Allocates nothing, and
    /// looks no further than the value, which our engines put first.
    public static func value(
        in payload: UnsafeRawBufferPointer
    ) throws(WireError) -> (codec: UInt8, bytes: UnsafeRawBufferPointer)? {
        var offset = 0
        while let (tag, section) = try nextSection(in: payload, at: &offset) {
            if tag == .value { return (section[0], UnsafeRawBufferPointer(rebasing: section[1...])) }
        }
        return nil
    }

    /// The value and the directory, as sections, for those that wait for the task; a value of more than
    /// `limit` bytes is left out. What cannot be read is left out, too.
    ///
    /// - Parameter withContent: also by what it may be found, and whose it is.
    public static func kept(
        of payload: UnsafeRawBufferPointer, limit: Int, withContent: Bool = false
    ) -> (sections: [UInt8], isCut: Bool) {
        var kept: [UInt8] = []
        var isCut = false
        var offset = 0
        while let section = try? nextSection(in: payload, at: &offset) {
            switch section.tag {
            case .value? where section.bytes.count > limit: isCut = true
            case .value?: append(.value, section.bytes, to: &kept)
            case .directory? where section.bytes.count <= WireLimits.shortText * 4:
                append(.directory, section.bytes, to: &kept)
            case .content? where withContent: append(.content, section.bytes, to: &kept)
            case .source? where withContent: append(.source, section.bytes, to: &kept)
            default: break
            }
        }
        return (kept, isCut)
    }

    /// The error's name, without reading what else there is; empty if there is none, or it is no text.
    public static func errorName(in payload: UnsafeRawBufferPointer) -> String {
        var offset = 0
        while let section = try? nextSection(in: payload, at: &offset) {
            if section.tag == .errorName { return String(validating: section.bytes, as: UTF8.self) ?? "" }
        }
        return ""
    }

    /// By what the attempt may be found again, without reading what else there is; nil if by nothing.
    public static func content(in payload: UnsafeRawBufferPointer) -> ContentRecord? {
        var offset = 0
        while let section = try? nextSection(in: payload, at: &offset) {
            if section.tag == .content { return try? ContentRecord(section.bytes, at: 0) }
        }
        return nil
    }

    /// Reads the section at `offset` and moves `offset` behind it; nil at the end. The tag is nil if it is
    /// not known. A value section has at least its codec.
    public static func nextSection(
        in payload: UnsafeRawBufferPointer, at offset: inout Int
    ) throws(WireError) -> (tag: Tag?, bytes: UnsafeRawBufferPointer)? {
        guard offset < payload.count else { return nil }
        let rest = payload.count - offset
        guard rest >= 5 else {
            throw WireError(.truncated, "section", at: offset, "5 bytes are needed, only \(rest) are left")
        }
        let tag = Tag(rawValue: payload[offset])
        let length = Int(payload.word32(offset + 1))
        guard length <= rest - 5 else {
            throw WireError(
                .truncated, "section length", at: offset + 1,
                "\(length) bytes announced, only \(rest - 5) follow")
        }
        guard tag != .value || length > 0 else {
            throw WireError(
                .truncated, "value", at: offset + 1, "a value section has at least its codec byte")
        }
        let start = offset + 5
        offset = start + length
        return (tag, UnsafeRawBufferPointer(rebasing: payload[start..<offset]))
    }

    private static func append(_ tag: Tag, text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { append(tag, UnsafeRawBufferPointer($0), to: &bytes) }
    }

    private static func append(_ tag: Tag, number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { append(tag, $0, to: &bytes) }
    }

    private static func text(
        _ section: UnsafeRawBufferPointer, _ field: StaticString, at offset: Int
    ) throws(WireError) -> String {
        guard let text = String(validating: section, as: UTF8.self) else {
            throw WireError(.badText, field, at: offset, "the text is not valid UTF-8")
        }
        return text
    }

    private static func number(
        _ section: UnsafeRawBufferPointer, _ field: StaticString, at offset: Int
    ) throws(WireError) -> UInt64 {
        guard section.count == 8 else {
            throw WireError(.badValue, field, at: offset, "\(section.count) bytes; a total has 8")
        }
        return section.word64(0)
    }
}
