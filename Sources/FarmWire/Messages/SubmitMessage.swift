public import FarmCore

/// `submit` carries a part of a submission as the scheduler takes it.
public typealias SubmitMessage = SubmissionPart

extension SubmissionPart: WireMessage {
    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.key(key)
            writer.u32(part)
            writer.bool(isLast)
            writer.bool(follows)
            writer.bool(header != nil)
            if let header {
                writer.string(header.name)
                writer.list(header.labels) { writer, label in
                    writer.string(label.key)
                    writer.string(label.value)
                }
                writer.u8((header.isStreaming ? 1 : 0) | (header.hasMore ? 2 : 0))
                writer.block(header.surroundings)
                writer.bool(header.isDurable)
                writer.u32(header.supersedes?.raw ?? 0)
                if header.hasMore {
                    writer.u32(header.weight)
                    writer.brake(header.brake)
                }
            }
            writer.list(templates) { $0.block($1) }
            writer.list(groups) { $0.group($1) }
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var places: [Int] = []
        try self.init(decoding: body, payloadsAt: &places)
    }

    /// `places` gets the offset in the body of each group's payload bytes.
    private init(decoding body: UnsafeRawBufferPointer, payloadsAt places: inout [Int]) throws(WireError) {
        var reader = WireReader(body)
        var found: [Int] = []
        self.init(
            key: try reader.key("key"), part: try reader.u32("part"), isLast: try reader.bool("last"),
            follows: try reader.bool("follows"),
            header: try reader.bool("has header") ? try reader.jobHeader() : nil,
            templates: try reader.list(itemBytes: 4, limit: WireLimits.groups, "templates") {
                reader throws(WireError) in
                try reader.bytes(limit: WireLimits.template, "template")
            },
            groups: try reader.list(itemBytes: WireReader.groupBytes, limit: WireLimits.groups, "groups") {
                reader throws(WireError) in try reader.group(payloadsAt: &found)
            })
        try reader.end()
        places = found
    }
}

extension SubmissionPart {
    /// Where in the encoded message payloads of more than `limit` bytes lie, rising. Costs a second decoding
    /// if there are any, else a look at each payload's length.
    public func largePayloads(
        above limit: Int, in body: UnsafeRawBufferPointer
    ) throws(WireError) -> [Range<Int>] {
        guard groups.contains(where: { !$0.payloads.largeOnes(above: limit).isEmpty }) else { return [] }
        var places: [Int] = []
        _ = try SubmissionPart(decoding: body, payloadsAt: &places)
        var large: [Range<Int>] = []
        for (group, place) in zip(groups, places) {
            for index in group.payloads.largeOnes(above: limit) {
                let range = group.payloads.range(index)
                large.append(place + range.lowerBound..<place + range.upperBound)
            }
        }
        return large
    }
}

extension JobHeader {
    /// It says more than most do.
    fileprivate var hasMore: Bool { weight != 100 || !brake.isNone }
}

extension PayloadBlock {
    fileprivate func largeOnes(above limit: Int) -> [Int] {
        guard bytes.count > limit else { return [] }
        return (0..<count).filter { range($0).count > limit }
    }
}

extension WireReader {
    private mutating func supersedes() throws(WireError) -> JobID? {
        let raw = try u32("superseded job")
        return raw == 0 ? nil : JobID(raw)
    }

    fileprivate mutating func jobHeader() throws(WireError) -> JobHeader {
        var header = JobHeader(
            name: try string("job name"),
            labels: try list(itemBytes: 8, limit: WireLimits.tags, "labels") { reader throws(WireError) in
                Label(
                    key: try reader.string(limit: WireLimits.shortText, "label key"),
                    value: try reader.string("label value"))
            })
        let flags = try u8("job flags")
        guard flags <= 3 else {
            throw badValue("job flags", size: 1, "\(flags) is none of 1 (streaming), 2 (more) and both")
        }
        header.isStreaming = flags & 1 != 0
        header.surroundings = try bytes(limit: WireLimits.surroundings, "surroundings")
        header.isDurable = try bool("durable")
        header.supersedes = try supersedes()
        guard flags & 2 != 0 else { return header }
        header.weight = try u32("weight")
        header.brake = try brake()
        guard header.hasMore else { throw badValue("job flags", size: 1, "2 (more), and there is no more") }
        return header
    }
}
