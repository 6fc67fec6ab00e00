internal import CSystem
internal import Glibc

/// The state of a runner and its loop. Belongs to the runner's thread.
final class RunnerLoop {
    enum Event: UInt64 {
        case wake, end, output, errors
    }

    /// A place for an attempt; the generation tells an event for an earlier one.
    struct Slot {
        var generation: UInt32 = 0
        var attempt: RunningAttempt?
    }

    /// Pipes of a process that is over sooner are read once, at its end, and never watched. A pipe holds 64
    /// KiB, so the most that a fast writer loses is this time, once.
    static let watchAfterNanoseconds: UInt64 = 4_000_000
    static let newsNanoseconds: UInt64 = 100_000_000
    static let sweepNanoseconds: UInt64 = 1_000_000_000
    static let clearLimitNanoseconds: UInt64 = 2_000_000_000

    let mailbox: ThreadMailbox<RunnerCommand>
    let epoll: Int32
    let markPrefix: String
    let onOutput: ProcessRunner.OutputHandler?
    private let onExit: ProcessRunner.ExitHandler
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    var spawner: Spawner
    var slots: [Slot] = []
    var freeSlots: [Int] = []
    var slotOfToken: [UInt64: Int] = [:]
    var exits: [ProcessExit] = []
    var chunks: [OutputChunk] = []
    /// Descriptors of attempts that have ended: closed once what runs next has been started.
    var used: [Int32] = []
    private var commands: [RunnerCommand] = []
    private var ready = [UInt64](repeating: 0, count: 64)
    /// When `tick` is due.
    var nextTick = UInt64.max
    var lastSweep: UInt64 = 0
    private var stopping = false
    /// Attempts with a limit of memory, and when they are looked at next.
    var limitedCount = 0
    var memoryLookAt = UInt64.max
    let killCounter = OOMCounter()
    var killsCounted: UInt64 = 0
    var killsCountedAt: UInt64 = 0

    init(
        mailbox: ThreadMailbox<RunnerCommand>, mark: EngineMark, onOutput: ProcessRunner.OutputHandler?,
        onExit: @escaping ProcessRunner.ExitHandler
    ) throws(SpawnError) {
        self.mailbox = mailbox
        self.markPrefix = AttemptMark.variablePrefix(mark)
        self.onOutput = onOutput
        self.onExit = onExit
        self.spawner = try Spawner()
        epoll = farm_epoll_create()
        guard epoll >= 0, farm_epoll_add(epoll, mailbox.descriptor, 0, 0) == 0 else {
            throw SpawnError(.resourcesExhausted, "cannot make an epoll; raise ulimit -n", errorNumber: errno)
        }
    }

    deinit {
        for descriptor in used { close(descriptor) }
        close(epoll)
        buffer.deallocate()
    }

    func run() {
        mailbox.claim()
        while !stopping || !slotOfToken.isEmpty {
            obey()
            for descriptor in used { close(descriptor) }
            used.removeAll(keepingCapacity: true)
            let sawEvents = wait()
            let now = MonotonicClock.nanoseconds()
            for index in 0..<sawEvents {
                handle(ready[index], at: now)
                // What follows an attempt begins before the next one's end is looked at: a processor stands
                // idle until then.
                guard !exits.isEmpty, index + 1 < sawEvents else { continue }
                deliver()
                obey()
            }
            if now >= nextTick { tick(at: now) }
            deliver()
        }
    }

    /// At most one buffer of events; the rest comes next time round.
    private func wait() -> Int {
        guard exits.isEmpty, chunks.isEmpty else { return collect(timeout: 0) }
        guard nextTick != .max else { return collect(timeout: -1) }
        let now = MonotonicClock.nanoseconds()
        guard nextTick > now else { return collect(timeout: 0) }
        return collect(timeout: Int32(min((nextTick - now + 999_999) / 1_000_000, 60_000)))
    }

    private func collect(timeout: Int32) -> Int {
        // Nothing runs and we are told to stop: there is nothing left to wait for.
        if stopping && slotOfToken.isEmpty { return 0 }
        return ready.withUnsafeMutableBufferPointer { ready in
            max(0, Int(farm_epoll_wait(epoll, ready.baseAddress, Int32(ready.count), timeout)))
        }
    }

    /// Handlers may send commands; they are taken before the next wait.
    private func deliver() {
        if !chunks.isEmpty {
            let batch = chunks
            chunks = []
            onOutput?(batch)
        }
        if !exits.isEmpty {
            let batch = exits
            exits = []
            onExit(batch)
        }
    }

    private func obey() {
        mailbox.take(&commands)
        for command in commands {
            switch command {
            case .start(_, let token) where stopping: refuse(token: token)
            case .start(let request, let token): start(request, token: token)
            case .signal(let signal, let token): send(signal, to: token)
            case .terminate(let signal, let grace, let token): terminate(token, signal, grace)
            case .stop:
                stopping = true
                for token in Array(slotOfToken.keys) { terminate(token, SIGKILL, 0) }
            }
        }
        commands.removeAll(keepingCapacity: true)
    }

    private func handle(_ data: UInt64, at now: UInt64) {
        let index = Int(data & 0xffff_ffff)
        let generation = UInt32(data >> 32 & 0x3fff_ffff)
        guard let event = Event(rawValue: data >> 62) else { return }
        if event == .wake { return mailbox.acknowledge() }
        guard slots[index].generation == generation, slots[index].attempt != nil else { return }
        switch event {
        case .wake: break
        case .end: mainEnded(index, at: now)
        case .output, .errors: outputArrived(index, event, at: now)
        }
    }

    /// Pidfds are edge-triggered. A child resumes us before exec has closed its copies of our descriptors, so
    /// the watch of a pidfd may outlive our closing it; level-triggered, it would keep waking us until then.
    func watch(_ descriptor: Int32, _ event: Event, slot index: Int) {
        let data = event.rawValue << 62 | UInt64(slots[index].generation) << 32 | UInt64(index)
        _ = farm_epoll_add(epoll, descriptor, data, event == .end ? 1 : 0)
    }

    func schedule(_ time: UInt64) { nextTick = min(nextTick, time) }
}
