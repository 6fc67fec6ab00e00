import FarmWire

/// A client submits three tasks, an engine runs one of them, the client gets its completion.
enum WorkedExample {
    /// One frame and what the document says of it.
    struct Frame {
        var title: String
        var header: FrameHeader
        var body: [UInt8]

        /// A line about it, then its bytes, 16 a line, the header by itself.
        var listing: String {
            var bytes: [UInt8] = []
            header.encode(into: &bytes)
            bytes += body
            let lines = stride(from: 0, to: bytes.count, by: 16).map { start in
                hex(bytes[start..<min(start + 16, bytes.count)])
            }
            return (["# \(title)"] + lines).joined(separator: "\n")
        }
    }

    static let client = UniqueKey(high: 0x1122_3344_5566_7788, low: 0x99AA_BBCC_DDEE_FF00)
    static let submission = UniqueKey(high: 1, low: 2)
    static let job = JobID(12)
    static let name = DispatchName(task: TaskID(job, 1), attempt: 1, epoch: 3)
    /// 2026-01-01 00:00:00 UTC.
    static let start = Instant(nanoseconds: 1_767_225_600_000_000_000)

    static let frames: [Frame] = [
        frame("client → controller: hello", .hello, 1, HelloMessage(client: client, grant: [])),
        frame(
            "controller → client: welcome", .welcome, 1,
            WelcomeMessage(
                session: SessionID(7), epoch: 3, farm: "lab", heartbeatMilliseconds: 2000,
                windowBytes: 4 << 20,
                role: "task-client", subject: "ada")),
        frame(
            "client → controller: submit, one sealed part: job \"heat\", one template, an array of 3 tasks",
            .submit, 2,
            SubmissionPart(
                key: submission, part: 0, isLast: true,
                header: JobHeader(
                    name: "heat", labels: [Label(key: "project", value: "x")],
                    surroundings: Array(#"{"v":1,"dir":"/tmp","env":{}}"#.utf8)),
                templates: [template], groups: [GroupSpec(template: 0, count: 3, name: "solve")])),
        frame(
            "controller → client: accepted, as job 12", .accepted, 2,
            AcceptedMessage(key: submission, part: 0, job: job, taskCount: 3)),
        frame(
            "client → controller: subscribe to job 12 from its beginning", .subscribe, 3,
            SubscribeMessage(job: job, cursor: 0)),
        frame(
            "controller → engine: template of job 12, group 0", .template, 2,
            TemplateMessage(
                job: job, group: 0, name: "solve", timeoutNanoseconds: 0, graceNanoseconds: .seconds(5),
                cpus: 1,
                template: template, surroundings: Array(#"{"v":1,"dir":"/tmp","env":{}}"#.utf8))),
        Frame(
            title: "controller → engine: dispatch of task 12.1, attempt 1", header: header(.dispatch, 3),
            body: dispatch),
        Frame(
            title: "engine → controller: results, batch 1: 12.1 succeeded with the value 42",
            header: header(.results, 2), body: results),
        frame(
            "controller → engine: recorded", .recorded, 4, RecordedMessage(batch: 1)),
        Frame(
            title: "controller → client: completions of job 12 from cursor 0",
            header: header(.completions, 3),
            body: completions),
        frame(
            "client → controller: consumed, all of it so far", .consumed, 4,
            ConsumedMessage(totalBytes: UInt64(completions.count))),
        frame("client → controller: bye", .bye, 5, ByeMessage(message: "")),
    ]

    private static let template = Array(#"{"v":1,"run":"echo 42 > $TASKS_RESULT_FILE"}"#.utf8)
    /// JSON `42`.
    private static let payload = AttemptPayload(value: .init(codec: 2, bytes: Array("42".utf8))).encoded

    private static var dispatch: [UInt8] {
        var bytes: [UInt8] = []
        let entry = DispatchEntry(name: name, hint: 0x0500_0001, group: 0, index: 1)
        DispatchEntry.append(entry, payload: UnsafeRawBufferPointer(start: nil, count: 0), to: &bytes)
        return bytes
    }

    private static var results: [UInt8] {
        var bytes: [UInt8] = []
        ResultsHeader(batch: 1).encode(into: &bytes)
        let report = AttemptReport(
            name: name, state: .succeeded, startedAt: start, durationNanoseconds: .milliseconds(3),
            cpuNanoseconds: .milliseconds(2), peakMemoryKiB: 3500)
        payload.withUnsafeBytes {
            ResultEntry.append(ResultEntry(report: report, hint: 0x0500_0001), payload: $0, to: &bytes)
        }
        return bytes
    }

    private static var completions: [UInt8] {
        var bytes: [UInt8] = []
        CompletionsHeader(job: job, count: 1, firstCursor: 0).encode(into: &bytes)
        let entry = OutcomeEntry(
            kind: .terminal, task: name.task, state: .succeeded, attempt: 1, engine: EngineID(0),
            startedAt: start,
            endedAt: start + .milliseconds(3), cpuNanoseconds: .milliseconds(2), peakMemoryKiB: 3500)
        payload.withUnsafeBytes { CompletionEntry.append(entry, payload: $0, to: &bytes) }
        return bytes
    }

    private static func header(_ kind: MessageKind, _ sequence: UInt64) -> FrameHeader {
        FrameHeader(kind: kind, sequence: sequence)
    }

    private static func frame(
        _ title: String, _ kind: MessageKind, _ sequence: UInt64, _ message: some WireMessage
    ) -> Frame {
        Frame(title: title, header: header(kind, sequence), body: message.encoded)
    }
}
