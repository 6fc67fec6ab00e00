import FarmTemplate
import FarmTransport
import Foundation
import Synchronization

extension FarmLink {
    /// Jobs whose templates are kept.
    private static let mostNames = 4

    /// The names of a job's tasks: those that are kept, or new ones, for which nothing was fetched yet.
    func names(of job: JobID) -> JobNames {
        let epoch = status.read { $0.welcome?.epoch ?? 0 }
        return names.withLock { kept in
            if let index = kept.firstIndex(where: { $0.job == job && $0.epoch == epoch }) {
                let found = kept.remove(at: index)
                kept.append(found)
                return found
            }
            let made = JobNames(job: job, epoch: epoch)
            kept.append(made)
            if kept.count > Self.mostNames { kept.removeFirst() }
            return made
        }
    }

    /// Fetches the templates that are wanted and were not fetched yet.
    func load(_ numbers: some Sequence<Int>, of names: JobNames) async throws(TaskClientError) {
        for number in Set(numbers) where !names.has(number) {
            do throws(TaskClientError) {
                let body = try await templateBody(number, of: names.job)
                names.put(try? TaskTemplate(decoding: body), number: number)
            } catch {
                guard error.code == .unknown else { throw error }
                names.put(nil, number: number)
            }
        }
    }

    /// Where the tasks of a selection are, page by page, with the templates that their names need.
    func taskStatus(_ tasks: TaskSelection) async throws(TaskClientError) -> [TaskStatus] {
        var found: [TaskStatus] = []
        let names = self.names(of: tasks.job)
        let wanted = tasks.count ?? .max
        while found.count < wanted {
            let body = try await queryBytes(
                TasksQuery(
                    job: tasks.job.raw, first: UInt32(clamping: tasks.first + found.count),
                    count: UInt32(clamping: wanted - found.count)))
            let page = TaskPage(body)
            if let page { try await load(page.templates, of: names) }
            guard let list = page?.list(names) else {
                throw TaskClientError(
                    .badReply, "the controller's answer cannot be read; use programs of one version")
            }
            // The controller bounds its answers; an empty one means that there are no more.
            if list.isEmpty { break }
            found += list
        }
        return found
    }

    /// The JSON of a template, a piece a round trip.
    func templateBody(_ number: Int, of job: JobID) async throws(TaskClientError) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let piece: TemplatePiece = try await query(
                TemplateQuery(job: job.raw, template: number, offset: body.count))
            body.append(contentsOf: piece.bytes)
            if body.count >= piece.size || piece.bytes.isEmpty { return body }
        }
    }
}

/// The answer to `template`.
private struct TemplatePiece: Decodable {
    var bytes: Data
    var size: Int
}
