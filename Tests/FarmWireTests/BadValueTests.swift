import FarmWire
import Testing

/// Values that would trap or mislead whoever reads the message later are refused where they come in, by name.
struct BadValueTests {
    @Test func `a frame header tells what is wrong with it`() {
        var good: [UInt8] = []
        FrameHeader(kind: .ping, sequence: 1).encode(into: &good)
        let cases: [(Int, UInt8, WireError.Code)] = [
            (0, 0x55, .badMagic), (1, 2, .badVersion), (2, 0, .unknownKind), (2, 32, .unknownKind),
            (3, 2, .badValue), (4, 1, .badValue), (7, 1, .badValue),
        ]
        for (place, value, code) in cases {
            var frame = good
            frame[place] = value
            expect(code) { try FrameHeader(decoding: $0) }(frame)
        }
        expect(.truncated) { try FrameHeader(decoding: $0) }([UInt8](good.dropLast()))
        let most = good + [UInt8](repeating: 0, count: FrameHeader.largestBody)
        #expect(throws: Never.self) { try most.withUnsafeBytes { raw in _ = try FrameHeader(decoding: raw) } }
        expect(.overLimit) { try FrameHeader(decoding: $0) }(most + [0])
    }

    @Test func `payload ends must rise and fit their bytes and tasks`() throws {
        func group(_ count: UInt32, _ ends: [UInt32], _ bytes: Int) -> [UInt8] {
            SubmissionPart(
                key: UniqueKey(high: 0, low: 0), part: 0, isLast: true, header: nil,
                groups: [
                    GroupSpec(
                        template: 0, count: count,
                        payloads: PayloadBlock(bytes: [UInt8](repeating: 0, count: bytes), ends: ends))
                ]
            ).encoded
        }
        _ = try SubmitMessage(decoding: group(9, [], 0))
        _ = try SubmitMessage(decoding: group(3, [1, 1, 4], 4))
        for bad in [
            group(3, [1, 2], 2), group(2, [2, 1], 2), group(2, [1, 2], 3), group(2, [1, 3], 2),
            group(1, [], 1),
        ] {
            expect(.badValue) { try SubmitMessage(decoding: $0) }(bad)
        }
    }

    @Test func `an engine has at least one slot and one cpu`() {
        for (slots, cpus) in [(0, 1), (1, 0), (WireLimits.slots + 1, 1)] as [(UInt32, UInt32)] {
            let info = EngineInfo(key: UniqueKey(high: 0, low: 0), name: "e", slots: slots, cpus: cpus)
            expect(.badValue) { try HelloMessage(decoding: $0) }(
                HelloMessage(engine: info, claims: [], grant: []).encoded)
        }
    }

    private func hello(_ change: (inout EngineInfo) -> Void) -> [UInt8] {
        var info = EngineInfo(key: UniqueKey(high: 0, low: 0), name: "e")
        change(&info)
        return HelloMessage(engine: info, claims: [], grant: []).encoded
    }

    @Test(arguments: ["two\nlines", "a\0b", "\r", "\u{7F}", "\u{85}"])
    func `what an engine says of itself holds no control characters`(text: String) {
        for bad in [hello { $0.name = text }, hello { $0.host = text }, hello { $0.tags = ["fine", text] }] {
            expect(.badText) { try HelloMessage(decoding: $0) }(bad)
        }
    }

    @Test func `what an engine has is called by a plain word`() throws {
        for good in ["fpga", "F", "license.matlab-2_x", String(repeating: "x", count: 64)] {
            _ = try HelloMessage(decoding: hello { $0.named = [NamedAmount(good, 1)] })
        }
        for bad in [
            "", "two\nlines", "\u{301}x", "a\0b", "a b", "2x", "-x", "é", "cpus", "gpus", "memory", "tags",
            String(repeating: "x", count: 65),
        ] {
            expect(.badValue) { try HelloMessage(decoding: $0) }(hello { $0.named = [NamedAmount(bad, 1)] })
        }
    }

    @Test func `ranges stay below the last index`() throws {
        let job = JobID(3)
        _ = try CancelMessage(decoding: CancelMessage(request: 1, ranges: [.init(job: job)]).encoded)
        let last = CancelMessage(request: 1, ranges: [.init(first: TaskID(job, .max), count: 1)])
        _ = try CancelMessage(decoding: last.encoded)
        for (index, count) in [(0, 0), (2, .max), (.max, 2)] as [(UInt32, UInt32)] {
            let range = CancelMessage.TaskRange(first: TaskID(job, index), count: count)
            expect(.badValue) { try CancelMessage(decoding: $0) }(
                CancelMessage(request: 1, ranges: [range]).encoded)
        }
        var bytes: [UInt8] = []
        let entry = OutcomeEntry(kind: .range, task: TaskID(job, 2), count: .max, state: .cancelled)
        CompletionEntry.append(entry, payload: UnsafeRawBufferPointer(start: nil, count: 0), to: &bytes)
        expect(.badValue) { raw in
            var offset = 0
            return try CompletionEntry.next(in: raw, at: &offset)
        }(bytes)
    }

    @Test func `an attempt reports a terminal state and lengths of time that can be added up`() {
        let name = DispatchName(task: TaskID(raw: 1), attempt: 1, epoch: 1)
        let bad = [
            AttemptReport(name: name, state: .running), AttemptReport(name: name, state: .impossible),
            AttemptReport(name: name, state: .failed, startedAt: Instant(nanoseconds: -1)),
            AttemptReport(name: name, state: .failed, durationNanoseconds: -1),
            AttemptReport(name: name, state: .failed, cpuNanoseconds: .max),
        ]
        for report in bad {
            var bytes: [UInt8] = []
            let empty = UnsafeRawBufferPointer(start: nil, count: 0)
            ResultEntry.append(ResultEntry(report: report, hint: 0), payload: empty, to: &bytes)
            expect(.badValue) { raw in
                var offset = 0
                return try ResultEntry.next(in: raw, at: &offset)
            }(bytes)
        }
    }

    @Test func `payload sections come once, unknown ones are passed over`() throws {
        let value: [UInt8] = [1, 2, 0, 0, 0, 3, 42]
        let unknown: [UInt8] = [200, 1, 0, 0, 0, 9]
        #expect(
            try AttemptPayload(decoding: unknown + value)
                == AttemptPayload(value: .init(codec: 3, bytes: [42])))
        expect(.badValue) { try AttemptPayload(decoding: $0) }(value + value)
        expect(.truncated) { try AttemptPayload(decoding: $0) }([1, 0, 0, 0, 0])
        expect(.badValue) { try AttemptPayload(decoding: $0) }([5, 1, 0, 0, 0, 1])
        expect(.badText) { try AttemptPayload(decoding: $0) }([2, 1, 0, 0, 0, 0xFF])
        let found = (unknown + value).withUnsafeBytes { payload in
            (try? AttemptPayload.value(in: payload)).map { [$0.codec] + $0.bytes }
        }
        #expect(found == [3, 42])
    }

    @Test func `an error names the field, its place and what is wrong`() {
        let error = #expect(throws: WireError.self) { try PingMessage(decoding: [1, 2, 3]) }
        #expect(error?.description == "nonce at byte 0: 8 bytes are needed, only 3 are left")
        let trailing = #expect(throws: WireError.self) { try LeaveMessage(decoding: [0, 0]) }
        #expect(trailing?.code == .trailingBytes)
        let text = #expect(throws: WireError.self) { try ByeMessage(decoding: [0, 1, 0, 0, 0, 0xC0]) }
        #expect(text?.code == .badText)
    }

    /// A check that `decode` refuses bytes with `code`.
    private func expect<Value>(
        _ code: WireError.Code, sourceLocation: SourceLocation = #_sourceLocation,
        _ decode: @escaping (UnsafeRawBufferPointer) throws -> Value
    ) -> ([UInt8]) -> Void {
        { bytes in
            let error = #expect(throws: WireError.self, sourceLocation: sourceLocation) {
                try bytes.withUnsafeBytes { raw in _ = try decode(raw) }
            }
            #expect(error?.code == code, sourceLocation: sourceLocation)
        }
    }
}
