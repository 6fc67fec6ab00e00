import FarmWire

extension Sample {
    /// Every decoder of the module.
    static let all = peerMessages + controllerMessages + hot

    private static let peerMessages: [Sample] = [
        .message {
            HelloMessage(client: $0.key(), grant: $0.bytes(), versions: 1...9, features: $0.integer())
        },
        .message {
            HelloMessage(
                engine: $0.engineInfo(), claims: $0.list { $0.claim() }, grant: $0.bytes(),
                left: $0.below(2) == 0 ? nil : $0.nanoseconds())
        },
        .message { PingMessage(nonce: $0.integer()) },
        .message { $0.submission() },
        .message { StartedMessage(entries: $0.list { .init(name: $0.name(), startedAt: $0.instant()) }) },
        .message {
            RecalledMessage(entries: $0.list { .init(name: $0.name(), isGivenBack: Bool.random(using: &$0)) })
        },
        .message {
            CancelMessage(
                request: $0.integer(),
                ranges: $0.list { random in
                    let (first, count) = random.range()
                    return random.below(4) == 0 ? .init(job: random.job()) : .init(first: first, count: count)
                })
        },
        .message { SubscribeMessage(job: $0.job(), cursor: $0.integer()) },
        .message { JobMessage(job: $0.job()) },
        .message { ConsumedMessage(totalBytes: $0.integer()) },
        .message { QueryMessage(request: $0.integer(), json: $0.bytes()) },
        .message {
            OutputMessage(name: $0.name(), stream: $0.choice(), offset: $0.integer(), bytes: $0.bytes())
        },
        .message { ByeMessage(why: $0.choice(), message: $0.text()) },
        .message { LookUpMessage(entries: $0.list { .init(name: $0.name(), key: $0.contentKey()) }) },
    ]

    private static let controllerMessages: [Sample] = [
        .message {
            WelcomeMessage(
                version: $0.integer(), session: SessionID($0.integer()), epoch: $0.integer(), farm: $0.text(),
                heartbeatMilliseconds: $0.integer(), windowBytes: $0.integer(), largestMessage: $0.integer(),
                engine: EngineID($0.integer()), role: $0.text(), subject: $0.text())
        },
        .message {
            AcceptedMessage(key: $0.key(), part: $0.integer(), job: $0.job(), taskCount: $0.integer())
        },
        .message { RefusedMessage(key: $0.key(), part: $0.integer(), code: $0.code(), message: $0.text()) },
        .message { NamesMessage(names: $0.list { $0.name() }) },
        .message { RecordedMessage(batch: $0.integer()) },
        .message { ReplyMessage(request: $0.integer(), code: $0.code(), body: $0.bytes()) },
        .message {
            TemplateMessage(
                job: $0.job(), group: $0.integer(), name: $0.text(), timeoutNanoseconds: $0.nanoseconds(),
                graceNanoseconds: $0.nanoseconds(), lastingNanoseconds: $0.nanoseconds(), cpus: $0.integer(),
                template: $0.bytes(),
                surroundings: $0.bytes(),
                results: $0.list {
                    TaskResultEntry(
                        name: $0.text(), task: $0.task(), isCut: $0.below(2) == 0, sections: $0.bytes())
                })
        },
        .message {
            FoundMessage(
                entries: $0.list { random in
                    random.below(2) == 0
                        ? .init(name: random.name())
                        : .init(name: random.name(), task: random.task(), sections: random.bytes())
                })
        },
        .message { LeaveMessage(mode: $0.choice()) },
        .message { FaultMessage(code: $0.code(), message: $0.text()) },
    ]

    private static let hot: [Sample] = [
        .entries(
            "DispatchEntry",
            { DispatchEntry(name: $0.name(), hint: $0.integer(), group: $0.integer(), index: $0.integer()) },
            append: { DispatchEntry.append($0, payload: $1, to: &$2) },
            next: { try DispatchEntry.next(in: $0, at: &$1) }),
        .entries(
            "ResultEntry", { ResultEntry(report: $0.report(), hint: $0.integer()) },
            append: { ResultEntry.append($0, payload: $1, to: &$2) },
            next: { try ResultEntry.next(in: $0, at: &$1) }),
        .entries(
            "CompletionEntry", { $0.outcome() }, append: { CompletionEntry.append($0, payload: $1, to: &$2) },
            next: { try CompletionEntry.next(in: $0, at: &$1) }),
        .message(
            { random in
                AttemptPayload(
                    value: random.maybe { .init(codec: $0.integer(), bytes: $0.bytes()) },
                    error: random.maybe { $0.text() }, errorName: random.maybe { $0.text() },
                    output: random.maybe { $0.bytes() }, errorOutput: random.maybe { $0.bytes() },
                    outputTotal: random.maybe { $0.integer() },
                    errorOutputTotal: random.maybe { $0.integer() },
                    directory: random.maybe { $0.text() },
                    content: random.maybe { random in
                        ContentRecord(
                            key: random.contentKey(),
                            outputs: random.below(2) == 0 ? [] : (0..<32).map { _ in random.integer() })
                    }, source: random.maybe { $0.task() })
            }, isCanonical: false, mayEndEarly: true),
        .header(
            "FrameHeader", size: FrameHeader.size, { $0.frameHeader() }, encode: { $0.encode(into: &$1) },
            decode: { try FrameHeader(decoding: $0) }),
        .header(
            "ResultsHeader", size: ResultsHeader.size, { ResultsHeader(batch: $0.integer()) },
            encode: { $0.encode(into: &$1) }, decode: { try ResultsHeader(decoding: $0) }),
        .header(
            "CompletionsHeader", size: CompletionsHeader.size,
            { CompletionsHeader(job: $0.job(), count: 0, firstCursor: $0.integer(UInt64.self) >> 1) },
            encode: { $0.encode(into: &$1) }, decode: { try CompletionsHeader(decoding: $0) }),
    ]
}

extension SeededRandom {
    fileprivate mutating func maybe<Value>(_ value: (inout SeededRandom) -> Value) -> Value? {
        below(2) == 0 ? nil : value(&self)
    }

    fileprivate mutating func contentKey() -> ContentKey { ContentKey(high: integer(), low: integer()) }

    fileprivate mutating func frameHeader() -> FrameHeader {
        FrameHeader(kind: choice(), hasMore: Bool.random(using: &self), sequence: integer())
    }
}
