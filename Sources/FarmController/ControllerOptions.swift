public import FarmStore
public import FarmTransport
public import Logging

/// How a controller is started.
public struct ControllerOptions: Sendable {
    /// Where it listens for tcp, always with CURVE.
    public struct TCP: Sendable, Equatable {
        /// Address or interface; `*` for all.
        public var host: String
        /// Names or addresses by which other machines reach this one; empty: what it listens on, or, of `*`,
        /// the addresses of all interfaces.
        public var advertised: [String]
        /// Nil: the port that the profile had before, else any free one.
        public var clientPort: UInt16?
        public var enginePort: UInt16?

        public init(
            host: String = "127.0.0.1", advertised: [String] = [], clientPort: UInt16? = nil,
            enginePort: UInt16? = nil
        ) {
            self.host = host
            self.advertised = advertised
            self.clientPort = clientPort
            self.enginePort = enginePort
        }
    }

    public var profile: ProfileDirectory
    public var ledger = LedgerOptions()
    /// Nil: no schedules; a ledger that is read only has those that it holds.
    public var schedules: ScheduleOptions?
    /// Nil: ipc only, for peers on this machine.
    public var tcp: TCP?
    public var scheduler = SchedulerSettings()
    public var node = ControllerNodeSettings()
    public var logger: Logger
    /// Whose the profile's own capability files are.
    public var subject: String

    public init(profile: ProfileDirectory, tcp: TCP?, logger: Logger, subject: String) {
        self.profile = profile
        self.tcp = tcp
        self.logger = logger
        self.subject = subject
    }
}
