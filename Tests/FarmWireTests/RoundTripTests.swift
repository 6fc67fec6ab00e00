import FarmWire
import Testing

struct RoundTripTests {
    @Test(arguments: Sample.all)
    func `what is written is what is read`(_ sample: Sample) throws {
        var random = SeededRandom(seed: 1)
        for round in 0..<500 {
            #expect(try sample.survivesRoundTrip(&random), "round \(round)")
        }
    }

    @Test(arguments: Sample.all)
    func `encoding goes on behind what the buffer holds`(_ sample: Sample) throws {
        var random = SeededRandom(seed: 2)
        let bytes = sample.random(&random)
        #expect(try sample.rewrite(bytes) == bytes)
        var buffer: [UInt8] = [1, 2, 3]
        PingMessage(nonce: 4).encode(into: &buffer)
        #expect(buffer == [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func `results and completions begin with their own header`() throws {
        var bytes: [UInt8] = []
        ResultsHeader(batch: 7).encode(into: &bytes)
        #expect(bytes.count == ResultsHeader.size)
        let results = try bytes.withUnsafeBytes { try ResultsHeader(decoding: $0) }
        #expect(results == ResultsHeader(batch: 7))

        bytes = []
        let header = CompletionsHeader(job: JobID(12), count: 1, firstCursor: 9)
        header.encode(into: &bytes)
        #expect(bytes.count == CompletionsHeader.size)
        bytes += [UInt8](repeating: 0, count: CompletionEntry.size)
        let completions = try bytes.withUnsafeBytes { try CompletionsHeader(decoding: $0) }
        #expect(completions == header)
    }

    @Test func `storing a frame header writes what encoding it does`() {
        let header = FrameHeader(kind: .completions, hasMore: true, sequence: 0x0102_0304_0506_0708)
        var encoded: [UInt8] = []
        header.encode(into: &encoded)
        var stored = [UInt8](repeating: 0xFF, count: FrameHeader.size)
        stored.withUnsafeMutableBytes { header.store(to: $0) }
        #expect(stored == encoded)
    }

    @Test func `texts for people are cut between characters`() throws {
        let text = String(repeating: "x", count: WireLimits.text - 1) + "→→"
        let fault = try FaultMessage(decoding: FaultMessage(code: .malformed, message: text).encoded)
        #expect(fault.message == String(repeating: "x", count: WireLimits.text - 1))
    }

    @Test func `each message kind is sent by a peer, by the controller, or both`() {
        for kind in MessageKind.allCases {
            #expect(kind.isFromPeer || kind.isFromController)
            #expect((kind.isFromPeer && kind.isFromController) == (kind == .ping || kind == .pong))
        }
    }
}
