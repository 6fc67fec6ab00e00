import FarmTransport
import Testing

@Suite struct ChannelTests {
    private func frames(_ channel: inout Channel, _ kind: MessageKind, _ body: [UInt8]) -> [[UInt8]] {
        body.withUnsafeBytes { bytes in
            var message = OutgoingMessage(kind, body: bytes)
            var frames: [[UInt8]] = []
            while let frame = channel.next(of: &message) { frames.append(frame.bytes) }
            return frames
        }
    }

    /// What a channel makes of a frame, with the body in an array of its own.
    private func take(_ channel: inout Channel, _ frame: [UInt8]) throws -> (MessageKind, [UInt8])? {
        try frame.withUnsafeBytes { bytes in
            switch try channel.take(bytes) {
            case .message(let kind, let body): (kind, Array(body))
            case .fragment: nil
            case .assembled(let kind): (kind, channel.takeAssembled())
            }
        }
    }

    @Test func `a small message is one frame and its body is handed out in place`() throws {
        var sender = Channel()
        var receiver = Channel()
        let frames = frames(&sender, .query, [1, 2, 3])
        #expect(frames.count == 1)
        try frames[0].withUnsafeBytes { bytes in
            guard case .message(.query, let body) = try receiver.take(bytes) else {
                Issue.record("not a whole message")
                return
            }
            #expect(Array(body) == [1, 2, 3])
            #expect(body.baseAddress == bytes.baseAddress.map { $0 + FrameHeader.size })
        }
    }

    @Test(arguments: [
        0, 1, Channel.fragmentBytes - 1, Channel.fragmentBytes, Channel.fragmentBytes + 1, 5 << 20,
    ])
    func `a message of any length arrives as it was sent`(count: Int) throws {
        var sender = Channel()
        var receiver = Channel()
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        for round in 1...2 {
            var arrived: (MessageKind, [UInt8])?
            let frames = frames(&sender, .results, body)
            #expect(frames.count == max(1, (count + Channel.fragmentBytes - 1) / Channel.fragmentBytes))
            for frame in frames {
                #expect(frame.count <= Channel.frameBytes)
                #expect(arrived == nil)
                arrived = try take(&receiver, frame)
            }
            #expect(arrived?.0 == .results)
            #expect(arrived?.1 == body, "round \(round)")
            receiver.reuse(arrived?.1 ?? [])
            #expect(receiver.assemblingBytes == 0)
        }
    }

    @Test(arguments: [0, 1, 5, Channel.fragmentBytes + 1, 20 << 20])
    func `a message in two parts arrives as one`(count: Int) throws {
        var sender = Channel()
        var receiver = Channel()
        let (head, body) = ([UInt8](1...40), (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        let frames = head.withUnsafeBytes { head in
            body.withUnsafeBytes { body in
                var message = OutgoingMessage(.dispatch, head: head, body: body)
                var frames: [[UInt8]] = []
                while let frame = sender.next(of: &message) { frames.append(frame.bytes) }
                return frames
            }
        }
        var arrived: (MessageKind, [UInt8])?
        for frame in frames {
            #expect(arrived == nil)
            arrived = try take(&receiver, frame)
        }
        #expect(arrived?.0 == .dispatch && arrived?.1 == head + body)
    }

    @Test func `a gap or a repeat in the sequence is an error`() throws {
        var sender = Channel()
        let three = (0..<3).map { _ in frames(&sender, .ping, [0, 0, 0, 0, 0, 0, 0, 0])[0] }
        var gap = Channel()
        _ = try take(&gap, three[0])
        let missing = #expect(throws: ChannelError.self) { try take(&gap, three[2]) }
        #expect(missing?.code == .sequence)
        var twice = Channel()
        _ = try take(&twice, three[0])
        let again = #expect(throws: ChannelError.self) { try take(&twice, three[0]) }
        #expect(again?.code == .sequence)
    }

    @Test func `a message over the limit is refused before it is gathered`() throws {
        var sender = Channel()
        var receiver = Channel(messageBytes: 300_000)
        let frames = frames(&sender, .submit, [UInt8](repeating: 7, count: 600_000))
        _ = try take(&receiver, frames[0])
        let error = #expect(throws: ChannelError.self) { try take(&receiver, frames[1]) }
        #expect(error?.code == .messageTooLong)
        #expect(receiver.assemblingBytes <= 300_000)
    }

    @Test func `pieces of two messages may not be mixed`() throws {
        var sender = Channel()
        var receiver = Channel()
        let pieces = frames(&sender, .submit, [UInt8](repeating: 7, count: 600_000))
        var other = frames(&sender, .cancel, [1])[0]
        other[8] = 2  // the sequence number that the second piece would have
        _ = try take(&receiver, pieces[0])
        let error = #expect(throws: ChannelError.self) { try take(&receiver, other) }
        #expect(error?.code == .mixedFragments)
    }

    @Test func `C61 random and mutated frames neither crash a channel nor make it grow`() {
        var generator = SeededGenerator(seed: 20)
        var sender = Channel()
        let good = frames(&sender, .query, Array("{\"list\":1}".utf8))[0]
        var largest = 0
        for _ in 0..<20_000 {
            var channel = Channel(messageBytes: 4096)
            var frame = good
            if Bool.random(using: &generator) {
                frame = (0..<Int.random(in: 0...64, using: &generator)).map { _ in
                    .random(in: 0...255, using: &generator)
                }
            }
            for _ in 0..<Int.random(in: 0...3, using: &generator) where !frame.isEmpty {
                frame[.random(in: frame.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            _ = try? take(&channel, frame)
            largest = max(largest, channel.assemblingBytes)
        }
        #expect(largest <= 4096)
    }
}
