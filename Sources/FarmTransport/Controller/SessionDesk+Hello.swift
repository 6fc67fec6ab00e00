extension SessionDesk {
    /// The version of the messages that this side speaks.
    static let version: UInt16 = 1

    /// Judges the hello of a connection in `greeting`.
    func greet(
        _ body: UnsafeRawBufferPointer, at index: Int, _ origin: any FrameOrigin,
        _ handler: any SessionHandler
    ) {
        let hello: HelloMessage
        let admission: Admission
        do throws(HelloRefusal) {
            hello = try Self.read(body)
            admission = try gate.admit(hello, from: origin, at: now)
            try check(hello, admission.role, origin.port)
            try takeKey(hello.key, for: index, admission)
        } catch {
            return refuse(error, at: index)
        }
        table[index].phase = .open
        table[index].role = admission.role
        table[index].userID = origin.userID
        table[index].key = hello.key
        table[index].admission = admission
        table[index].channel.messageBytes = limits.messageBytes
        counters.admitted &+= 1
        let arrival = HelloArrival(
            session: table[index].id, hello: hello, role: admission.role, subject: admission.subject,
            priorityCap: admission.priorityCap, address: table[index].place)
        deliverLosses(to: handler)
        handler.helloArrived(arrival)
    }

    private static func read(_ body: UnsafeRawBufferPointer) throws(HelloRefusal) -> HelloMessage {
        do throws(WireError) {
            return try HelloMessage(decoding: body)
        } catch {
            throw HelloRefusal(.malformed, "the hello cannot be read: \(error)")
        }
    }

    private func check(_ hello: HelloMessage, _ role: Role, _ port: PortKind) throws(HelloRefusal) {
        guard hello.versions.contains(Self.version) else {
            let theirs = "\(hello.versions.lowerBound) to \(hello.versions.upperBound)"
            throw HelloRefusal(
                .version,
                "the peer speaks versions \(theirs), this controller \(Self.version); upgrade the older one")
        }
        guard port.admits(role) else {
            throw HelloRefusal(
                .role, "the role \(role) does not belong on the \(port.word) port; use the other one")
        }
        guard (hello.engine != nil) == (port == .engine) else {
            throw HelloRefusal(
                .role,
                port == .engine
                    ? "this port is for engines, and a client said hello: take task-client.json or admin.json"
                    : "this port is for clients, and an engine said hello: engines take engine.json"
            )
        }
    }

    /// One key, one session. A newcomer gets the key of a session that is dead, or that stays silent when
    /// pinged for a heartbeat, if it holds the same capability; it never gets anything of a live one.
    private func takeKey(_ key: UniqueKey, for newcomer: Int, _ admission: Admission) throws(HelloRefusal) {
        if let holder = keys[key].flatMap({ table.index(of: $0) }) { ping(holder) }
        if let holder = keys[key].flatMap({ table.index(of: $0) }) {
            let mayReplace =
                table[holder].admission?.holder == admission.holder
                && table[holder].role == admission.role
            let isSilent =
                table[holder].probedAt <= now + -limits.heartbeatNanoseconds
                && table[holder].lastHeard < table[holder].probedAt
            let isGone = table[holder].goneAt != .never
            guard isGone || mayReplace && isSilent else {
                if table[holder].probedAt == .never || table[holder].lastHeard >= table[holder].probedAt {
                    table[holder].probedAt = now
                }
                throw HelloRefusal(
                    .keyInUse, "another session has the same peer key; choose one at each start")
            }
            close(holder, isGone ? .unreachable : .replaced)
        }
        keys[key] = table[newcomer].id
    }

    /// Tells the peer and mutes it, but for reasons that pass by themselves.
    private func refuse(_ refusal: HelloRefusal, at index: Int) {
        counters.refused[refusal.reason.rawValue] &+= 1
        log("\(table[index].place): hello refused (\(refusal.reason.word)): \(refusal.message)")
        guard refusal.reason == .keyInUse else { return mute(index, refusal.reason.code, refusal.message) }
        let address = table[index].address
        close(index, .muted(refusal.message))
        let fault = FaultMessage(code: refusal.reason.code, message: refusal.message)
        carryAlone(.fault, sequence: 1, fault.encoded, to: address)
    }

    func refuseForLackOfRoom(_ address: LinkAddress, _ origin: any FrameOrigin) {
        let message = "the controller has \(limits.sessions) connections and takes no more; try again later"
        counters.refused[HelloRefusal.Reason.full.rawValue] &+= 1
        log("\(origin.address): hello refused (full): \(message)")
        let fault = FaultMessage(code: HelloRefusal.Reason.full.code, message: message)
        carryAlone(.fault, sequence: 1, fault.encoded, to: address)
    }
}
