/// All that is needed to start one child process.
///
/// A child gets nothing by accident: descriptors 0, 1 and 2 as said here, `passedDescriptors` from 3 up and
/// no other, exactly the environment given, signals unblocked and at their defaults, and a session of its
/// own.
public struct SpawnRequest: Sendable {
    /// What the program sees as its arguments; the first is its name. Not empty.
    public var arguments: [String]
    /// The file to run, when it is not `arguments[0]`. With a slash: a path, relative to `directory`.
    /// Without: looked for in the `PATH` of the child's environment.
    public var program: String?
    /// The environment that many requests share.
    public var environment: PreparedEnvironment
    /// `K=V` entries of this request alone; they replace entries of `environment` with the same key.
    public var variables: [String]
    /// Where the child runs; nil: where this process does.
    public var directory: String?
    /// Standard input.
    public var input: StandardInput
    /// Standard output.
    public var output: StandardOutput
    /// Standard error.
    public var errors: StandardOutput
    /// The most bytes kept of each captured stream: the first half and the last half of it.
    public var captureLimitBytes: Int
    /// Descriptors of this process that become 3, 4, … in the child; at most 16.
    public var passedDescriptors: [Int32]
    /// The processors that the child may run on; empty: those of this process.
    public var cpus: [Int]
    /// Bytes of memory that the child and all that it starts may use together, else a `ProcessRunner` kills
    /// them; 0: any number.
    public var memoryLimitBytes: UInt64
    /// Whether the child leads a session, and so a process group, of its own. `ProcessRunner` needs it.
    public var newSession: Bool

    /// A request with an empty environment, no input and both outputs captured, unless said otherwise.
    public init(
        _ arguments: [String], environment: PreparedEnvironment = .empty, variables: [String] = [],
        directory: String? = nil, input: StandardInput = .null, output: StandardOutput = .capture,
        errors: StandardOutput = .capture
    ) {
        self.arguments = arguments
        self.program = nil
        self.environment = environment
        self.variables = variables
        self.directory = directory
        self.input = input
        self.output = output
        self.errors = errors
        self.captureLimitBytes = 1 << 20
        self.passedDescriptors = []
        self.cpus = []
        self.memoryLimitBytes = 0
        self.newSession = true
    }
}
