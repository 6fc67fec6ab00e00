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
                writer.bool(header.isStreaming)
                writer.block(header.surroundings)
            }
            writer.list(templates) { $0.block($1) }
            writer.list(groups) { $0.group($1) }
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        self.init(
            key: try reader.key("key"), part: try reader.u32("part"), isLast: try reader.bool("last"),
            follows: try reader.bool("follows"),
            header: try reader.bool("has header") ? try reader.jobHeader() : nil,
            templates: try reader.list(itemBytes: 4, limit: WireLimits.groups, "templates") {
                reader throws(WireError) in
                try reader.bytes(limit: WireLimits.template, "template")
            },
            groups: try reader.list(itemBytes: WireReader.groupBytes, limit: WireLimits.groups, "groups") {
                reader throws(WireError) in try reader.group()
            })
        try reader.end()
    }
}

extension WireReader {
    fileprivate mutating func jobHeader() throws(WireError) -> JobHeader {
        JobHeader(
            name: try string("job name"),
            labels: try list(itemBytes: 8, limit: WireLimits.tags, "labels") { reader throws(WireError) in
                Label(
                    key: try reader.string(limit: WireLimits.shortText, "label key"),
                    value: try reader.string("label value"))
            },
            isStreaming: try bool("streaming"),
            surroundings: try bytes(limit: WireLimits.surroundings, "surroundings"))
    }
}
