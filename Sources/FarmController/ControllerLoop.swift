import FarmProcess
import FarmSchedule
import FarmStore
import FarmTransport
import Glibc
import Logging

/// The controller's thread: sockets, clock and ledger around the node. Everything in it is confined to the
/// thread.
final class ControllerLoop {
    let bound: [BoundEndpoint]
    private let endpoint: ControllerEndpoint
    private let node: ControllerNode
    private let timedNode: TimedNode
    private let desk: QueryDesk
    private let schedules: ScheduleDesk?
    private let runs: RunProcesses?
    private let mailbox: Mailbox<ControllerCommand>
    private let clock: FarmClock
    private let logger: Logger
    private let zap: ZAPHandler
    private let locks: [ProfileLock]
    private let ledger: DiskLedger?
    private let ledgerFile: HeldFile?
    private let ledgerPath: String
    private var ledgerTrouble: String?
    private var beatAt = Instant.zero
    private var lookAt = Instant.zero
    /// So many were lost when it was looked last.
    private var enginesLost: UInt64 = 0
    private var isHandingOver = false
    private var damage: LedgerError?
    /// Profile or ledger are not this controller's any more.
    private var loss: ControllerError?
    private let context: Context
    private var commands: [ControllerCommand] = []
    /// Set once it was told to stop: until then engines may take their leave.
    private var stopBy: Instant?
    private var isStoppingNow = false

    /// While engines that are missing are waited for, it is seen so often whether they still can come.
    private static let lookNanoseconds = Int64.milliseconds(250)

    /// How long engines that were told to stop now may take to say goodbye.
    private static let farewellNanoseconds = Int64.seconds(3)

    init(_ options: ControllerOptions, _ mailbox: Mailbox<ControllerCommand>) throws(ControllerError) {
        self.mailbox = mailbox
        logger = options.logger
        do { try options.profile.make() } catch { throw ControllerError(.badProfile, error.message) }
        let place = try LedgerPlace(options)
        locks = try place.locks(options)
        let keys = try ProfileKeys(options.profile)
        let registry: KeyRegistry
        do {
            registry = try KeyRegistry(keys.directory)
            context = try Self.makeContext()
            let logger = options.logger
            // Before any socket listens: without a handler in the context every CURVE key would be let in.
            zap = try ZAPHandler(context: context.rawPointer, registry: registry) { refusal in
                logger.warning("handshake refused: \(refusal)")
            }
        } catch let error as CredentialError {
            throw ControllerError(.badProfile, error.message)
        } catch {
            throw ControllerError(.failed, "\(error)")
        }
        var clock = FarmClock()
        endpoint = try Self.listen(options, keys, registry, context, clock, mailbox.wakeup)
        bound = endpoint.bound
        var settings = options.node
        settings.farm = keys.identity.farm
        ledger = try place.open { [wakeup = mailbox.wakeup] in wakeup.signal() }
        node = ControllerNode(
            scheduler: options.scheduler, settings: settings,
            ledger: ledger ?? MemoryLedger(isReplayable: false),
            sink: endpoint.desk, at: clock.now)
        let lead = node.now - clock.now
        if lead > 0 { clock = clock.ahead(to: node.now) }
        endpoint.clock = clock
        self.clock = clock
        timedNode = TimedNode(node, clock)
        // Nobody is let in before the new epoch is safe: no two lives may use one.
        if let ledger { try place.check(ledger, node, options.profile) }
        ledgerPath = place.databasePath
        ledgerFile = ledger == nil ? nil : HeldFile(ledgerPath)
        if let note = ledger?.endNote { logger.warning("\(note)") }
        if lead > .seconds(1) {
            logger.warning(
                "the wall clock is \(lead / .seconds(1)) s behind the ledger's newest time; times go on from that one"
            )
        }
        desk = QueryDesk(
            node: node,
            ledger: LedgerDesk(
                disk: ledger, durability: options.ledger.durability, directory: place.directory,
                isReadOnly: options.ledger.isReadOnly),
            logger: options.logger, startedAt: clock.now)
        node.delegate = desk
        let runs = options.schedules.map { RunProcesses($0, mailbox) }
        self.runs = runs
        schedules =
            runs == nil && !options.ledger.isReadOnly
            ? nil
            : ScheduleDesk(node: node, subject: options.subject, logger: options.logger) {
                runs?.start($0, at: $1)
            }
        desk.schedules = schedules
        try keys.bringUpToDate(
            AdvertisedEndpoints.of(bound, hosts: options.tcp?.advertised ?? []), subject: options.subject)
        logger.info(
            "controller of profile \(options.profile) listens on \(bound.map(\.endpoint).joined(separator: ", "))"
        )
    }

    /// Turns until it is told to stop.
    func run() throws(ControllerError) {
        do throws(TransportError) {
            while !hasEnded { try turn() }
        } catch {
            throw ControllerError(.failed, "the controller's sockets failed: \(error.message)")
        }
        if let loss {
            // Files and sockets at their paths may be another controller's by now.
            ledger?.abandon()
            logger.critical("\(loss.message)")
            zap.stop()
            throw loss
        }
        // The program that follows in this process looks after them.
        if isHandingOver { runs?.handOver() } else { runs?.stop() }
        // Whoever asked for the stop waits for the answer.
        if !isHandingOver { endpoint.linger(milliseconds: 500) }
        let isWhole = ledger?.close() ?? true
        logger.info("controller ended")
        zap.stop()
        removeSockets()
        if let damage { throw ControllerError(.badLedger, damage.message) }
        guard isWhole else {
            throw ControllerError(
                .badLedger,
                "the controller ended with records that it could not write: \(ledgerTrouble ?? "see its log");"
                    + " what was acknowledged is safe, and engines keep results that were not")
        }
    }

    /// Says when the disk does not take what is written, and when it does again.
    private func watchLedger() {
        guard let ledger else { return }
        let trouble = ledger.trouble
        if trouble != ledgerTrouble {
            ledgerTrouble = trouble
            if let trouble {
                logger.error("nothing can be recorded, so nothing new is taken: \(trouble)")
            } else {
                logger.info("records are written again")
            }
        }
        if let damage = ledger.damage {
            logger.critical("\(damage.message); the controller ends")
            self.damage = damage
        }
    }

    /// Whoever looks for the controller sees at once that none is there. The profile's lock is still ours.
    private func removeSockets() {
        for path in bound.map(\.endpoint) where path.hasPrefix("ipc://") {
            let path = String(path.dropFirst(6))
            unlink(path)
            if let slash = path.lastIndex(of: "/") { rmdir(String(path[..<slash])) }
        }
    }

    private func turn() throws(TransportError) {
        let due = min(min(node.nextTimer, stopBy ?? .never), min(beatAt, lookAt))
        let wait = max(0, min(due - clock.now, scheduleWait))
        let ready = try endpoint.poll(timeoutNanoseconds: wait)
        node.begin(at: clock.now)
        if ready.contains(.wakeup) { takeCommands() }
        if ready.contains(.sessions) { try endpoint.drain(to: timedNode) }
        if let stop = desk.takeStop() { beginStop(now: stop) }
        if stopBy != nil { drainEngines(all: false) }
        if lookAt <= clock.now || node.scheduler.statistics.enginesLost != enginesLost { giveUpDeadEngines() }
        if runs != nil, stopBy == nil { schedules?.turn() }
        node.endTurn(at: clock.now)
        watchLedger()
        if beatAt <= clock.now { beat() }
    }

    /// Schedules go by the wall clock. Nothing fires while the controller stops, or only reads.
    private var scheduleWait: Int64 {
        runs == nil || stopBy != nil ? .max : schedules?.waitNanoseconds ?? .max
    }

    /// Says that the controller is alive, and looks whether all that it has open is still what others find.
    private func beat() {
        beatAt = clock.now + ProfileLock.beatNanoseconds
        do throws(ControllerError) {
            for lock in locks { try lock.beat() }
        } catch {
            loss = error
        }
        guard loss == nil, let ledgerFile, !ledgerFile.isAt(ledgerPath) else { return }
        loss = ControllerError(
            .badLedger,
            "the ledger's database \(ledgerPath) was moved, removed or replaced while the controller ran, which ends"
                + " and writes nothing more: put it back, with the files beside it, and start the controller again"
        )
    }

    /// On this host it can be seen that an engine does not come back: its nanny is gone, and the worker ends
    /// with it.
    private func giveUpDeadEngines() {
        enginesLost = node.scheduler.statistics.enginesLost
        let missing = node.missingEngines.filter { $0.info.host == HostInfo.hostname && $0.info.pid > 0 }
        let dead = missing.filter { HostInfo.startTime(of: $0.info.pid) == nil }
        for engine in dead { node.giveUp(engine.id) }
        lookAt = dead.count == missing.count ? .never : clock.now + Self.lookNanoseconds
    }

    private func takeCommands() {
        mailbox.drain(into: &commands)
        for command in commands {
            switch command {
            case .stop(let now): beginStop(now: now)
            case .runEnded(let name, let at, let why):
                if stopBy == nil { schedules?.send(.died(name, at: at, why: why)) }
            case .handOver:
                isHandingOver = true
                for lock in locks { lock.leaveRecord() }
            }
        }
        commands.removeAll(keepingCapacity: true)
    }

    /// Engines are told to leave; with the last of them, or after a while, the controller ends.
    private func beginStop(now: Bool) {
        guard stopBy == nil || now else { return }
        logger.info(now ? "stopping now" : "stopping when the engines have finished what they run")
        stopBy = now ? clock.now + Self.farewellNanoseconds : .never
        isStoppingNow = now
        desk.isStopping = true
        drainEngines(all: true)
    }

    /// Engines that join or come back while the controller stops are told to leave as well.
    private func drainEngines(all: Bool) {
        let leaving = node.scheduler.engineSummaries.filter { $0.isHere && (all || !$0.isDraining) }
        _ = node.drain(leaving.map(\.id), now: isStoppingNow)
    }

    private var hasEnded: Bool {
        if isHandingOver || damage != nil || loss != nil { return true }
        guard let stopBy else { return false }
        return clock.now >= stopBy || !node.scheduler.engineSummaries.contains { $0.isHere }
    }
}
