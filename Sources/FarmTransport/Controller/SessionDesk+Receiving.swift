extension SessionDesk {
    /// Takes one frame that came by `address`. Calls the handler for what it completes.
    public func arrived(
        _ frame: UnsafeRawBufferPointer, from address: LinkAddress, _ origin: any FrameOrigin,
        to handler: any SessionHandler
    ) {
        counters.framesReceived &+= 1
        counters.bytesReceived &+= UInt64(frame.count)
        guard let index = table.index(of: address) else { return stranger(frame, address, origin, handler) }
        table[index].lastHeard = now
        if table[index].phase == .muted {
            counters.droppedFromMuted &+= 1
            return
        }
        // A peer that starts anew, or another connection under a routing id that was given up.
        let isAnother = table[index].phase == .open && origin.userID != table[index].userID
        if isAnother || Self.opensSession(frame) {
            close(index, isAnother ? .unreachable : .replaced)
            return stranger(frame, address, origin, handler)
        }
        take(frame, at: index, origin, handler)
    }

    /// Whether a frame is the first of a hello, with which a session begins.
    private static func opensSession(_ frame: UnsafeRawBufferPointer) -> Bool {
        guard frame.count >= FrameHeader.size, frame[2] == MessageKind.hello.rawValue else { return false }
        return (try? FrameHeader(decoding: frame))?.sequence == 1
    }

    private func stranger(
        _ frame: UnsafeRawBufferPointer, _ address: LinkAddress, _ origin: any FrameOrigin,
        _ handler: any SessionHandler
    ) {
        counters.strangers &+= 1
        let header: FrameHeader
        do throws(WireError) {
            header = try FrameHeader(decoding: frame)
        } catch {
            guard let index = table.open(address, .greeting, at: now) else { return }
            table[index].place = origin.address
            return mute(index, error.code == .badVersion ? .badVersion : .malformed, error.description)
        }
        guard header.kind == .hello, header.sequence == 1 else { return sayHelloFirst(address) }
        guard let index = table.open(address, .greeting, at: now) else {
            return refuseForLackOfRoom(address, origin)
        }
        table[index].place = origin.address
        table[index].channel = Channel(messageBytes: limits.helloBytes)
        take(frame, at: index, origin, handler)
    }

    private func take(
        _ frame: UnsafeRawBufferPointer, at index: Int, _ origin: any FrameOrigin,
        _ handler: any SessionHandler
    ) {
        let before = table[index].channel.assemblingBytes
        let incoming: Channel.Incoming
        do throws(ChannelError) {
            incoming = try table[index].channel.take(frame)
        } catch {
            return wrong(error, at: index)
        }
        switch incoming {
        case .message(let kind, let body):
            message(kind, body, at: index, origin, handler)
        case .fragment(let kind):
            // What the role may not send is not gathered first.
            guard isPermitted(kind, at: index) else { return }
            assembling += table[index].channel.assemblingBytes - before
            if assembling > limits.assemblyBytes {
                mute(index, .overLimit, "the controller has no room for long messages now; send shorter ones")
            }
        case .assembled(let kind):
            assembling -= before
            let session = table[index].id
            let buffer = table[index].channel.takeAssembled()
            buffer.withUnsafeBytes { message(kind, $0, at: index, origin, handler) }
            if let index = table.index(of: session) { table[index].channel.reuse(buffer) }
        }
    }

    private func message(
        _ kind: MessageKind, _ body: UnsafeRawBufferPointer, at index: Int, _ origin: any FrameOrigin,
        _ handler: any SessionHandler
    ) {
        if table[index].phase == .greeting { return greet(body, at: index, origin, handler) }
        guard isPermitted(kind, at: index) else { return }
        switch kind {
        case .hello:
            mute(index, .malformed, "a hello came within a session; it opens one, with sequence 1")
        case .ping, .pong:
            guard body.count == 8 else { return mute(index, .malformed, "a \(kind) has a body of 8 bytes") }
            if kind == .ping, table[index].goneAt == .never { post(index, .pong, body) }
        case .bye:
            let session = table[index].id
            handler.received(session, kind, body)
            if let index = table.index(of: session), table[index].phase == .open { close(index, .left) }
        default:
            handler.received(table[index].id, kind, body)
        }
    }

    private func isPermitted(_ kind: MessageKind, at index: Int) -> Bool {
        if table[index].phase != .open || MessagePermissions.allows(table[index].role, kind) { return true }
        let why = kind.isFromPeer ? "use a capability for another role" : "only the controller sends it"
        mute(index, .notPermitted, "the role \(table[index].role) may not send \(kind); \(why)")
        return false
    }

    private func wrong(_ error: ChannelError, at index: Int) {
        if error.code == .sequence {
            counters.reset &+= 1
            log("\(table[index].place): session reset: \(error.message)")
            let address = table[index].address
            close(index, .replaced)
            return sayHelloFirst(address)
        }
        mute(index, error.code == .messageTooLong ? .overLimit : .malformed, error.message)
    }

    /// Answers a stranger, at most once in 100 ms each: there may be thousands of its messages on the way.
    private func sayHelloFirst(_ address: LinkAddress) {
        if now - strangersSince > .milliseconds(100) {
            strangersAnswered.removeAll(keepingCapacity: true)
            strangersSince = now
        }
        guard strangersAnswered.count < 4096, strangersAnswered.insert(address.raw).inserted else { return }
        counters.helloFirst &+= 1
        carryAlone(.helloFirst, sequence: 0, [], to: address)
    }
}
