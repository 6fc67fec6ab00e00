import FarmTemplate

/// Collects templates and groups into parts of a submission.
struct PartBuilder {
    private let key: UniqueKey
    private var header: JobHeader?
    private var number: UInt32 = 0
    private var templates: [[UInt8]] = []
    private var groups: [GroupSpec] = []
    private var references: [JobReference] = []
    private var byteCount = 0

    init(key: UniqueKey, header: JobHeader) {
        self.key = key
        self.header = header
        byteCount = header.surroundings.count
    }

    var isFull: Bool { byteCount >= BatchReader.partBytes }

    mutating func add(template: [UInt8]) {
        templates.append(template)
        byteCount += template.count
    }

    mutating func add(group: GroupSpec, references: [JobReference] = []) {
        for var reference in references {
            reference.group = groups.count
            self.references.append(reference)
        }
        groups.append(group)
        byteCount +=
            100 + group.name.utf8.count + group.payloads.bytes.count + 4 * group.payloads.count
            + group.after.reduce(0) { $0 + 10 + 9 * $1.sources.count }
            + 9 * (group.policy.follow?.sources.count ?? 0)
    }

    /// The last group that was added to this part; nil if there is none yet.
    var hasGroup: Bool { !groups.isEmpty }

    /// Adds one task to the last group of this part. Precondition: `hasGroup`.
    mutating func add(payload: some Collection<UInt8>) {
        let last = groups.count - 1
        groups[last].payloads.append(payload)
        groups[last].count += 1
        byteCount += payload.count + 4
    }

    mutating func take(isLast: Bool) -> PartDraft {
        defer {
            header = nil
            number += 1
            templates.removeAll()
            groups.removeAll()
            references.removeAll()
            byteCount = 0
        }
        let part = SubmissionPart(
            key: key, part: number, isLast: isLast, header: header, templates: templates, groups: groups)
        return PartDraft(part, references)
    }
}
