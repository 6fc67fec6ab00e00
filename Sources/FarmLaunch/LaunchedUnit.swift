/// What a launcher keeps as one: an engine's process here, the engines of a host, an `mpiexec`, an allocation
/// of a batch system.
public struct LaunchedUnit: Sendable, Hashable {
    /// How it is doing.
    public enum State: Sendable, Hashable {
        /// It is being started; it is not known yet whether it can be.
        case starting
        /// Asked for, and not there yet: what it waits for, as in `PENDING: Resources`.
        case pending(String)
        /// Its process runs.
        case running
        /// It has ended, or cannot be reached, and is tried again: why.
        case failing(String)
        /// It has left.
        case left
        /// It has ended otherwise, and is not started again; the words say how.
        case failed(String)

        /// Whether nothing more comes of it.
        public var isFinal: Bool {
            switch self {
            case .left, .failed: true
            case .starting, .pending, .running, .failing: false
            }
        }

        /// One word for the state, and what there is to say of it, or nothing.
        public var words: (state: String, why: String) {
            switch self {
            case .starting: ("starting", "")
            case .pending(let why): ("pending", why)
            case .running: ("running", "")
            case .failing(let why): ("failing", why)
            case .left: ("left", "")
            case .failed(let why): ("failed", why)
            }
        }
    }

    /// What it is called: `engine-0`, a host's name, `slurm-12`.
    public var name: String
    /// Its newest process on this machine: an engine's nanny, ssh, mpiexec; 0 for none.
    public var pid: Int32 = 0
    /// The engines that it stands for.
    public var engineCount = 1
    /// Times that it was started again.
    public var restarts = 0
    /// How it is doing.
    public var state = State.starting
    /// Its exit code if it ended by itself; nil while it runs, and after a signal.
    public var exitCode: Int32?
    /// How to give it back if whoever asked for it has died: a command's words, such as `scancel 12`; empty
    /// where ending its process is enough.
    public var release: [String] = []
    /// The file that says what went wrong in it; empty for none.
    public var log = ""
    /// What its engines are called, or what their names begin with before a `-`.
    public var series: String

    /// Whether an engine of this name is one of its.
    public func isOwn(_ engine: String) -> Bool { engine == series || engine.hasPrefix(series + "-") }

    /// A unit that is being started.
    init(name: String, engineCount: Int = 1, log: String = "") {
        self.name = name
        self.engineCount = engineCount
        self.log = log
        series = name
    }
}

/// What a launcher tells while its units run, on threads of its own.
public enum LaunchEvent: Sendable {
    /// The unit runs; of one that was started again, again.
    case started(LaunchedUnit)
    /// The unit is pending or failing, and its state says why.
    case waiting(LaunchedUnit)
    /// Something for the log, of the unit of this name.
    case said(String, String)
    /// The unit has ended for good.
    case ended(LaunchedUnit)
}
