import FarmBatch
import FarmContent
import FarmEngine
import FarmTemplate
import FarmTransport
import TaskFarm

/// Finds out for a plan how many tasks would be skipped, as files are now and as far as this machine can see
/// them.
///
/// Memory: the templates of a part. Cost: a rendering and a digest a task, and a reading of each file.
struct UnchangedCount {
    /// Of the tasks of one name.
    struct Count {
        /// Would be skipped.
        var skipped = 0
        /// It is known only when they are ready: what they wait for is run before, or they call a function.
        var later = 0
    }

    private static let atOnce: UInt32 = 8_192

    let client: TaskClient
    /// By the tasks' name; only of those that may be skipped.
    private(set) var counts: [String: Count] = [:]
    private let digests = FileDigests()
    private var templates: [UInt32: TaskTemplate] = [:]
    private var templateCount: UInt32 = 0
    private var surroundings = Surroundings(directory: "/")
    /// By the number of the group: whether all of its tasks would be skipped.
    private var isSkipped: [Bool] = []

    init(client: TaskClient) { self.client = client }

    /// Looks at the next part of the submission.
    mutating func add(_ part: SubmissionPart) async throws {
        if let header = part.header { surroundings = try Surroundings(decoding: header.surroundings) }
        for body in part.templates {
            templates[templateCount] = try TaskTemplate(decoding: body)
            templateCount += 1
        }
        for group in part.groups where !group.isContinuation {
            templates = templates.filter { $0.key >= group.template }
            var count = Count()
            if group.policy.skipsUnchanged, let template = templates[group.template] {
                if isKnown(group, template) {
                    count.skipped = try await skipped(group, template)
                } else {
                    count.later = Int(group.count)
                }
                counts[group.name, default: Count()].skipped += count.skipped
                counts[group.name, default: Count()].later += count.later
            }
            isSkipped.append(count.skipped == Int(group.count))
        }
    }

    /// Whether it can be known now what they depend on.
    private func isKnown(_ group: GroupSpec, _ template: TaskTemplate) -> Bool {
        if case .function = template.body { return false }
        if template.skipUnchanged?.isForced != false || !group.policy.results.isEmpty { return false }
        return group.after.allSatisfy { dependency in
            dependency.sources.allSatisfy { source in
                guard case .group(let number) = source else { return true }
                return Int(number) < isSkipped.count && isSkipped[Int(number)]
            }
        }
    }

    private func skipped(_ group: GroupSpec, _ template: TaskTemplate) async throws -> Int {
        let compiled = try CompiledTemplate(template, name: group.name, surroundings: surroundings)
        var count = 0
        for start in stride(from: 0, to: group.count, by: Int(Self.atOnce)) {
            var keys: [ContentKey] = []
            var tasks: [RenderedTask] = []
            for offset in start..<min(group.count, start + Self.atOnce) {
                let index = group.templateIndex(offset)
                let payload =
                    group.payloads.count > 0
                    ? Array(group.payloads.bytes[group.payloads.range(Int(offset))]) : []
                let task = try payload.withUnsafeBytes { bytes in
                    try compiled.render(task: TaskID(raw: UInt64(index)), index: index, payload: bytes)
                }
                // What is not there, or cannot be read, is no unchanged one's.
                guard let key = try? TaskContent.key(of: task, digests) else { continue }
                keys.append(key)
                tasks.append(task)
            }
            for (found, task) in zip(try await client.unchanged(keys), tasks) {
                guard let found, let left = try? TaskContent.left(by: task, digests) else { continue }
                let digits = left.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
                if digits == found.outputs { count += 1 }
            }
        }
        return count
    }
}
