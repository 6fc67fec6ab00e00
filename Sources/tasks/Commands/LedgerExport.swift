import ArgumentParser
import FarmStore
import FarmTemplate
import FarmTransport
import FarmWire
import Foundation

/// `tasks ledger export`.
struct LedgerExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all that a ledger holds as JSON lines.",
        discussion: """
            An object for each job (`"kind": "job"`), then one for each entry of its outcome log: `terminal`, \
            `attempt`, `range` (`count` tasks that ended together) or `sealed` (all parts are in). Jobs' entries \
            come in the order in which they were recorded. Changes nothing; a controller may run meanwhile.
            """)

    @OptionGroup var ledger: LedgerChoice
    @Flag(help: "With each entry's payload, in base64.")
    var values = false

    func run() throws {
        var failure: WireError?
        do throws(LedgerError) {
            try LedgerContents(of: ledger.directory).read(payloads: values) { step in
                guard failure == nil else { return }
                do throws(WireError) { try write(step) } catch { failure = error }
            }
        } catch {
            throw LedgerChoice.failure(error)
        }
        if let failure {
            throw CommandFailure(.someFailed, "a record of the ledger cannot be read: \(failure)")
        }
    }

    private func write(_ step: LedgerReplay) throws(WireError) {
        var line: [UInt8] = []
        switch step {
        case .fact: return
        case .submission(let record, let message):
            // Of a job in several parts the first says what it is.
            guard let header = try SubmitMessage(decoding: message).header else { return }
            Self.job(record, header).encode(into: &line)
            line.append(UInt8(ascii: "\n"))
        case .outcomes(_, let entries, _):
            var offset = 0
            while let (entry, payload) = try CompletionEntry.next(in: entries, at: &offset) {
                outcome(entry, payload).encode(into: &line)
                line.append(UInt8(ascii: "\n"))
                if line.count > 1 << 20 {
                    Terminal.write(line)
                    line.removeAll(keepingCapacity: true)
                }
            }
        }
        Terminal.write(line)
    }

    private static func job(_ record: SubmissionRecord, _ header: JobHeader) -> JSONValue {
        .object([
            JSONMember("kind", .string("job")), JSONMember("id", .whole(record.job.raw)),
            JSONMember("name", .words(header.name)), JSONMember("owner", .string(record.owner)),
            JSONMember("labels", .object(header.labels.map { JSONMember($0.key, .string($0.value)) })),
            JSONMember("submitted", .string(Moment.utc(record.at))),
            JSONMember("durable", .bool(header.isDurable)),
            JSONMember("supersedes", header.supersedes.map { .whole($0.raw) } ?? .null),
        ])
    }

    private func outcome(_ entry: OutcomeEntry, _ payload: UnsafeRawBufferPointer) -> JSONValue {
        func time(_ instant: Instant) -> JSONValue {
            instant == .zero ? .null : .string(Moment.utc(instant))
        }
        var members = [
            JSONMember("kind", .string(Self.word(entry.kind))),
            JSONMember("task", .string(entry.task.description)),
            JSONMember("count", .whole(entry.count)), JSONMember("state", .string(entry.state.word)),
            JSONMember("cause", entry.cause == .none ? .null : .string(entry.cause.word)),
            JSONMember("attempt", .whole(entry.attempt)),
            JSONMember("engine", entry.engine == .none ? .null : .whole(entry.engine.raw)),
            JSONMember("exit", .whole(entry.exitCode)), JSONMember("started", time(entry.startedAt)),
            JSONMember("ended", time(entry.endedAt)),
            JSONMember("cpu_seconds", .seconds(Double(entry.cpuNanoseconds) / 1e9)),
            JSONMember("peak_memory_kib", .whole(entry.peakMemoryKiB)),
            JSONMember("rank", entry.kind == .rank ? .whole(entry.rank) : .null),
            JSONMember("root", .string(entry.root.description)),
            JSONMember("payload_bytes", .whole(payload.count)),
        ]
        if values { members.append(JSONMember("payload", .string(Data(payload).base64EncodedString()))) }
        return .object(members)
    }

    private static func word(_ kind: OutcomeEntry.Kind) -> String {
        switch kind {
        case .terminal: "terminal"
        case .attempt: "attempt"
        case .range: "range"
        case .sealed: "sealed"
        case .rank: "rank"
        case .forgiven: "forgiven"
        }
    }
}
