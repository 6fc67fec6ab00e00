import FarmTransport

/// A DEALER without any manners, on a thread of its own.
final class RawPeer: Sendable {
    let frames = Journal<[UInt8]>()
    private let mailbox: Mailbox<[[UInt8]]?>
    private let thread: LoopThread

    /// Over tcp, `capability` gives the keys.
    init(_ endpoint: String, capability: Capability? = nil, routingID: String? = nil) throws {
        let mailbox = try Mailbox<[[UInt8]]?>()
        let frames = frames
        self.mailbox = mailbox
        thread = try LoopThread(name: "raw") {
            do {
                let socket = try Socket(try Context(), .dealer)
                if let capability {
                    let grant = capability.grant
                    try socket.useCurve(
                        serverKey: try CurveKey(bytes: grant.controllerKey.bytes),
                        keys: CurveKeyPair(
                            publicKey: try CurveKey(bytes: grant.publicKey.bytes),
                            secretKey: try CurveKey(bytes: capability.secretKey.reveal())))
                }
                try socket.set(.lingerMilliseconds, 1000)
                try socket.connect(endpoint)
                var poller = Poller()
                let readable = poller.add(socket)
                _ = poller.add(mailbox.wakeup)
                var message = Message()
                var commands: [[[UInt8]]?] = []
                while true {
                    _ = try poller.wait(milliseconds: -1)
                    mailbox.drain(into: &commands)
                    for command in commands {
                        guard let parts = command else { return }
                        for (index, part) in parts.enumerated() {
                            try part.withUnsafeBytes { try socket.send($0, more: index < parts.count - 1) }
                        }
                    }
                    commands.removeAll()
                    guard poller.events(at: readable).contains(.readable) else { continue }
                    while try socket.receive(into: &message) {
                        frames.add(message.withUnsafeBytes { Array($0) })
                    }
                }
            } catch {}
        }
    }

    deinit {
        mailbox.push(nil)
        thread.join()
    }

    func send(_ frame: [UInt8]) { mailbox.push([frame]) }
    func send(parts: [[UInt8]]) { mailbox.push(parts) }

    /// The first frame of this kind, waiting for it; its body.
    func first(_ kind: MessageKind) async -> [UInt8] {
        let frame = await frames.first { $0.count >= 16 && $0[2] == kind.rawValue }
        return Array(frame.dropFirst(16))
    }
}
