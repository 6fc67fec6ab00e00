import FarmFunctions
import FarmProcess
import FarmTransport
import Logging

/// What the kernel's thread does: one thing after the other, what is not a Python task first.
///
/// While no kernel has been started it holds the namespace's values itself. What the process may be:
/// - none → starting, at the first request that needs it
/// - starting → seeding, ready, none
/// - seeding (it is given the values that were held) → ready, none
/// - ready (idle, or it runs the current request) → syncing, none
/// - syncing (an interrupt that came too late is taken away) → ready, none
final class KernelLoop {
    enum Phase {
        case none, starting, seeding, ready, syncing
    }

    /// What is being done. It has been sent when `isSent`.
    struct Current {
        let job: KernelJob
        var startedAt: Instant
        var prompt: Int?
        var isSent = false
        var newsDueAt = Instant.never
        var lastNewsAt: Instant
        var stop: StopNotice?
        var killAt = Instant.never
    }

    static let captureLimitBytes = 1 << 20
    static let startNanoseconds: Int64 = .seconds(60)
    static let newsNanoseconds: Int64 = .milliseconds(100)

    let program: KernelProgram
    let clock: FarmClock
    let logger: Logger
    weak var host: (any AttemptHost)?
    private let mailbox: ThreadMailbox<KernelCommand>
    private var commands: [KernelCommand] = []
    private var isStopping = false
    private var onLeft: (@Sendable () -> Void)?
    /// The process is a rank of MPI's world: it has started before this, and there is no other after it.
    let isRank: Bool

    var first: [KernelJob] = []
    var tasks: [KernelJob] = []
    var current: Current?
    var process: FramedProcess?
    var phase = Phase.none
    var startDeadline = Instant.never
    /// An interrupt was sent since the last answer to a sync.
    var needsSync = false
    /// The namespace while there is no kernel.
    var held = HeldValues()
    /// How the kernel ended while nobody waited for it, until somebody has been told.
    var lost: KernelError?
    var history = PromptHistory()

    init(
        _ program: KernelProgram, _ mailbox: ThreadMailbox<KernelCommand>, rank: KernelRank? = nil,
        host: (any AttemptHost)?, clock: FarmClock, logger: Logger
    ) {
        isRank = rank != nil
        if let rank { (process, phase) = (rank.process, .ready) }
        self.program = program
        self.mailbox = mailbox
        self.host = host
        self.clock = clock
        self.logger = logger
    }

    func run() {
        mailbox.claim()
        while !isStopping {
            // Who is told of an end may have the next thing for us.
            repeat { advance() } while obey()
            wait()
            tick()
        }
        if isRank, onLeft != nil { leaveWorld() }
        end(.restarted)
        onLeft?()
    }

    /// Waits as long as other ranks still run something. One that is in the middle of something, although it
    /// was told to end, cannot leave in good order.
    private func leaveWorld() {
        guard let process, phase == .ready, current == nil else { return }
        process.send(KernelRequest(.leave).head)
        while true {
            let (events, isAwake) = process.wait(orWake: mailbox.descriptor, until: .max)
            if isAwake { mailbox.acknowledge() }
            for case .ended in events { return }
        }
    }

    /// - Returns: whether there was anything.
    private func obey() -> Bool {
        mailbox.take(&commands)
        guard !commands.isEmpty else { return false }
        for command in commands {
            switch command {
            case .job(let job): take(job)
            case .stop(let token, let notice, let grace): stop(token, notice, graceNanoseconds: grace)
            case .interrupt(let token): interrupt(token)
            case .drop(let number): first.removeAll { $0.isFunction(number) }
            case .leave(let done): (isStopping, onLeft) = (true, done)
            case .end: isStopping = true
            }
        }
        commands.removeAll(keepingCapacity: true)
        return true
    }

    private func wait() {
        if isStopping { return }
        let due = min(current?.newsDueAt ?? .never, current?.killAt ?? .never, startDeadline)
        var deadline = UInt64.max
        if due != .never { deadline = MonotonicClock.nanoseconds() + UInt64(max(0, due - clock.now)) }
        guard let process else {
            mailbox.wait(until: deadline)
            return mailbox.acknowledge()
        }
        var (events, isAwake) = process.wait(orWake: mailbox.descriptor, until: deadline)
        if isAwake { mailbox.acknowledge() }
        // Taken out one by one: a large frame that somebody else holds, too, would be copied.
        events.reverse()
        while let event = events.popLast(), self.process === process {
            switch consume event {
            case .frame(let frame): answered(frame)
            case .output: outputArrived()
            case .ended: end(.byItself)
            }
        }
    }

    private func tick() {
        let now = clock.now
        if now >= startDeadline { end(.tooSlow) }
        guard let current else { return }
        if now >= current.killAt { end(.killed) }
        if now >= current.newsDueAt { tellNews(at: now) }
    }

    // MARK: What it writes

    private func outputArrived() {
        guard let current, current.isSent, current.newsDueAt == .never else { return }
        self.current?.newsDueAt = current.lastNewsAt + Self.newsNanoseconds
    }

    private func tellNews(at now: Instant) {
        current?.newsDueAt = .never
        current?.lastNewsAt = now
        guard let token = current?.job.token, let process else { return }
        for chunk in process.takeNews(token: token.raw) {
            host?.outputArrived(
                token, chunk.stream == .output ? .output : .error, offset: UInt64(chunk.offset),
                bytes: chunk.bytes)
        }
    }
}
