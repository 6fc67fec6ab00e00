extension SessionDesk {
    @discardableResult
    public func send(_ session: SessionID, _ kind: MessageKind, body: UnsafeRawBufferPointer) -> SendOutcome {
        send(session, kind, head: UnsafeRawBufferPointer(start: nil, count: 0), body: body)
    }

    @discardableResult
    public func send(
        _ session: SessionID, _ kind: MessageKind, head: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer
    ) -> SendOutcome {
        guard let index = table.index(of: session), table[index].phase == .open, table[index].goneAt == .never
        else {
            counters.unreachable &+= 1
            return .unreachable
        }
        return post(index, kind, head: head, body)
    }

    public func mute(_ session: SessionID, code: WireCode, message: String) {
        guard let index = table.index(of: session), table[index].phase == .open else { return }
        mute(index, code, message)
    }

    /// Sends one message, and notices if the connection has ended.
    @discardableResult
    func post(
        _ index: Int, _ kind: MessageKind,
        head: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        _ body: UnsafeRawBufferPointer
    ) -> SendOutcome {
        var message = OutgoingMessage(kind, head: head, body: body)
        var result = SendOutcome.sent
        while let frame = table[index].channel.next(of: &message) {
            let outcome = table[index].backlog.isEmpty ? carry(frame, to: table[index].address) : .wouldBlock
            switch outcome {
            case .sent:
                break
            case .wouldBlock:
                delay(frame, at: index)
                result = .wouldBlock
            case .unreachable:
                counters.unreachable &+= 1
                depart(index)
                return .unreachable
            }
        }
        guard table[index].backlog.bytes <= limits.backlogBytes else {
            counters.tooSlow &+= 1
            log(
                "\(table[index].place): dropped: it does not read, \(table[index].backlog.bytes) bytes wait for it"
            )
            close(index, .tooSlow)
            return .unreachable
        }
        return result
    }

    /// Sends a frame outside of any session.
    func carryAlone(_ kind: MessageKind, sequence: UInt64, _ body: [UInt8], to address: LinkAddress) {
        body.withUnsafeBytes { body in
            _ = carry(Frame(header: FrameHeader(kind: kind, sequence: sequence), body: body), to: address)
        }
    }

    /// Sends what waits for slow connections, as far as they take it.
    func retryBlocked() {
        let sessions = blocked
        blocked.removeAll(keepingCapacity: true)
        for session in sessions {
            guard let index = table.index(of: session) else { continue }
            let address = table[index].address
            var backlog = table[index].backlog
            table[index].backlog = Backlog()
            let outcome = backlog.flush { carry($0, to: address) }
            table[index].backlog = backlog
            switch outcome {
            case .sent: break
            case .wouldBlock: blocked.append(session)
            case .unreachable: depart(index)
            }
        }
        timers.retryAt = blocked.isEmpty ? .never : now + SessionTimers.retryNanoseconds
    }

    /// Tells the peer what was wrong and takes nothing more of it.
    func mute(_ index: Int, _ code: WireCode, _ message: String) {
        counters.muted &+= 1
        log("\(table[index].place): muted (\(code)): \(message)")
        retire(index, .muted(message))
        table[index].phase = .muted
        let fault = FaultMessage(code: code, message: message)
        fault.encoded.withUnsafeBytes { _ = post(index, .fault, $0) }
    }

    func ping(_ index: Int) {
        guard table[index].backlog.isEmpty, table[index].goneAt == .never else { return }
        withUnsafeBytes(of: UInt64(bitPattern: now.nanoseconds).littleEndian) { _ = post(index, .ping, $0) }
    }

    private func delay(_ frame: Frame, at index: Int) {
        counters.delayed &+= 1
        if table[index].backlog.isEmpty {
            blocked.append(table[index].id)
            timers.retryAt = min(timers.retryAt, now + SessionTimers.retryNanoseconds)
        }
        table[index].backlog.append(frame)
    }

    private func carry(_ frame: Frame, to address: LinkAddress) -> SendOutcome {
        let outcome = carrier.carry(frame, to: address)
        if outcome == .sent {
            counters.framesSent &+= 1
            counters.bytesSent &+= UInt64(frame.count)
        }
        return outcome
    }
}

extension SessionDesk {
    public func reset(_ session: SessionID) {
        guard let index = table.index(of: session) else { return }
        close(index, .silent)
        losses.removeAll { $0.0 == session }
        counters.reset &+= 1
    }
}
