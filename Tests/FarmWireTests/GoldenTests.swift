import FarmWire
import Testing

/// The layouts of docs/protocol.md, byte by byte: each byte of a field holds the field's place and its own.
struct GoldenTests {
    private let name = DispatchName(
        task: TaskID(raw: 0x0807_0605_0403_0201), attempt: 0x1413_1211, epoch: 0x2423_2221)

    @Test func `a frame header has 16 bytes`() {
        var bytes: [UInt8] = []
        FrameHeader(kind: .dispatch, hasMore: true, sequence: 0x0807_0605_0403_0201).encode(into: &bytes)
        #expect(hex(bytes) == "54 01 25 01 00 00 00 00 01 02 03 04 05 06 07 08")
    }

    @Test func `a dispatch entry has 40 bytes before its payload`() {
        var bytes: [UInt8] = []
        let entry = DispatchEntry(
            name: name, hint: 0x3837_3635_3433_3231, group: 0x4443_4241, index: 0x5453_5251)
        ([0xAA, 0xBB] as [UInt8]).withUnsafeBytes { DispatchEntry.append(entry, payload: $0, to: &bytes) }
        #expect(
            hex(bytes) == """
                01 02 03 04 05 06 07 08 11 12 13 14 21 22 23 24 \
                31 32 33 34 35 36 37 38 41 42 43 44 51 52 53 54 \
                02 00 00 00 00 00 00 00 aa bb
                """)
    }

    @Test func `a result entry has 64 bytes before its payload`() {
        var bytes: [UInt8] = []
        let report = AttemptReport(
            name: name, state: .failed, cause: .timeout, exitCode: -9,
            startedAt: Instant(nanoseconds: 0x4847_4645_4443_4241),
            durationNanoseconds: 0x0857_5655_5453_5251,
            cpuNanoseconds: 0x0867_6665_6463_6261, peakMemoryKiB: 0x3433_3231)
        let entry = ResultEntry(report: report, hint: 0x7877_7675_7473_7271)
        ([0xAA, 0xBB] as [UInt8]).withUnsafeBytes { ResultEntry.append(entry, payload: $0, to: &bytes) }
        #expect(
            hex(bytes) == """
                42 00 00 00 06 02 00 00 01 02 03 04 05 06 07 08 \
                11 12 13 14 21 22 23 24 f7 ff ff ff 31 32 33 34 \
                41 42 43 44 45 46 47 48 51 52 53 54 55 56 57 08 \
                61 62 63 64 65 66 67 08 71 72 73 74 75 76 77 78 \
                aa bb
                """)
    }

    @Test func `a completion entry has 72 bytes before its payload`() {
        var bytes: [UInt8] = []
        let entry = OutcomeEntry(
            kind: .range, task: name.task, count: 0x1413_1211, state: .impossible, cause: .dependency,
            attempt: 0x2423_2221, engine: EngineID(0x3433_3231), exitCode: -2,
            startedAt: Instant(nanoseconds: 0x4847_4645_4443_4241),
            endedAt: Instant(nanoseconds: 0x5857_5655_5453_5251),
            cpuNanoseconds: 0x0867_6665_6463_6261, peakMemoryKiB: 0x7473_7271,
            root: TaskID(raw: 0x8887_8685_8483_8281))
        ([0xAA, 0xBB] as [UInt8]).withUnsafeBytes { CompletionEntry.append(entry, payload: $0, to: &bytes) }
        #expect(
            hex(bytes) == """
                4a 00 00 00 02 08 05 00 01 02 03 04 05 06 07 08 \
                11 12 13 14 21 22 23 24 31 32 33 34 fe ff ff ff \
                41 42 43 44 45 46 47 48 51 52 53 54 55 56 57 58 \
                61 62 63 64 65 66 67 08 71 72 73 74 00 00 00 00 \
                81 82 83 84 85 86 87 88 aa bb
                """)
    }

    @Test func `a batch and a page of completions begin with fixed bytes`() {
        var bytes: [UInt8] = []
        ResultsHeader(batch: 0x0807_0605_0403_0201).encode(into: &bytes)
        CompletionsHeader(job: JobID(0x1413_1211), count: 0x2423_2221, firstCursor: 0x3837_3635_3433_3231)
            .encode(into: &bytes)
        #expect(hex(bytes) == "01 02 03 04 05 06 07 08 11 12 13 14 21 22 23 24 31 32 33 34 35 36 37 38")
    }

    @Test func `an attempt's payload is sections with their value first`() {
        let payload = AttemptPayload(
            value: .init(codec: 2, bytes: [0x31]), error: "e", errorName: "n", output: [0x6F],
            errorOutput: [],
            outputTotal: 9, errorOutputTotal: 0)
        #expect(
            hex(payload.encoded) == """
                01 02 00 00 00 02 31 02 01 00 00 00 65 03 01 00 00 00 6f 04 00 00 00 00 \
                05 08 00 00 00 09 00 00 00 00 00 00 00 06 08 00 00 00 00 00 00 00 00 00 00 00 \
                07 01 00 00 00 6e
                """)
    }
}
