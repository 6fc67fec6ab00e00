import FarmTemplate
import FarmTransport
import Logging
import Synchronization

/// What the node asks for. Called by the node, so always under the lock.
extension EngineCore: EngineNodeDelegate {
    func begin(_ batch: WorkBatch) {
        for item in batch.items {
            let work = AttemptWork(item: item, batch: batch, group: group(of: batch.template(of: item)))
            if work.group.hasGivenParameters { givenWorks[work.token.raw] = work }
            if work.group.declared != nil { reserve(declared: work) } else { launch(work) }
        }
    }

    /// Gives the attempt to its executor.
    func launch(_ work: AttemptWork) {
        switch work.group.executor {
        case .commands:
            commands.reserve(work)
            errands.commands.append(work)
            return
        case .kernel: return kernel.run(work)
        case .slots: break
        }
        // The node counts slots as we do: it begins no more than have ended.
        guard let index = work.group.isInLane ? laneSlot() : idle.popLast() else {
            preconditionFailure("an attempt has begun without a free slot")
        }
        let slot = slots[index]
        slot.assign(work)
        if slot !== inlineSlot { errands.launches.append(slot) }
    }

    /// A place beside the engine's slots; there are as many as lanes have run functions at once.
    private func laneSlot() -> Int {
        if let index = idleInLanes.popLast() { return index }
        slots.append(FunctionSlot(index: slots.count, clock: clock))
        logs.append(FunctionLog())
        return slots.count - 1
    }

    /// The function in this place has ended.
    func free(_ index: Int) {
        if index < Int(info.slots) { idle.append(index) } else { idleInLanes.append(index) }
    }

    /// It has not been given another.
    func isFree(_ index: Int) -> Bool {
        index < Int(info.slots) ? idle.last == index : idleInLanes.last == index
    }

    private func group(of template: EngineTemplate) -> LoadedGroup {
        if let newest, newest.template === template { return newest.group }
        let group = template.cache.withLock { cache in
            if let known = cache as? LoadedGroup { return known }
            let made = LoadedGroup(
                template.message, decoded(template.message.template), registry: registry, engine: info.name,
                identities: identities, namespace: kernel
            ) { [weak self] in
                self?.log(task: $0, attempt: $1, $2)
            }
            cache = made
            return made
        }
        if case .broken(let message) = group.kind {
            logger.warning("job \(template.message.job): \(message)")
        }
        newest = (template, group)
        return group
    }

    /// Tasks that are called one by one are groups of their own, mostly with the template of the one before.
    private func decoded(_ bytes: [UInt8]) -> Result<TaskTemplate, any Error> {
        if let lastTemplate, lastTemplate.bytes == bytes { return .success(lastTemplate.template) }
        return Result {
            let template = try TaskTemplate(decoding: bytes)
            lastTemplate = (bytes, template)
            return template
        }
    }

    func terminate(_ attempt: AttemptToken, _ name: DispatchName, reason: StopReason, graceNanoseconds: Int64)
    {
        let notice = StopNotice(reason: reason, at: clock.now)
        if stop(declared: attempt, notice) { return }
        for slot in slots {
            switch slot.stop(attempt, notice, graceNanoseconds: graceNanoseconds) {
            case .notHere: continue
            case .told:
                stoppingCount += 1
                return
            case .toldAgain: return
            }
        }
        commands.stop(attempt, notice, graceNanoseconds: graceNanoseconds)
        kernel.stop(attempt, notice, graceNanoseconds: graceNanoseconds)
    }

    func interrupt(_ attempt: AttemptToken, _ name: DispatchName) {
        guard !slots.contains(where: { $0.interrupt(attempt) }) else { return }
        commands.interrupt(attempt)
        kernel.interrupt(attempt)
    }

    func attached(_ welcome: WelcomeMessage) {
        commands.setFarm(welcome.farm)
        logger.info("joined the farm \(welcome.farm) as engine \(welcome.engine)")
    }

    func detached() { logger.warning("the session with the controller is over; what runs goes on") }

    func faulted(_ code: WireCode, _ message: String) {
        logger.error("the controller will not hear this engine: \(message)")
    }

    func malformed(_ kind: MessageKind, _ error: WireError) {
        logger.error("a \(kind) message of the controller cannot be read: \(error)")
    }

    func exit() {
        if node.startsAnew {
            logger.notice("another rank of this engine's pool is gone: starting anew")
            exitCode = WorkerExit.restart
        }
        errands.exitCode = exitCode
    }
}
