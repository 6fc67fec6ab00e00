/// Options of the command line whose values are written as in a batch file.
public struct OptionTexts: Sendable {
    /// `2`, or `{failure: 2, exit-codes: [75]}`.
    public var retry: String?
    /// A shell line, `{run: [./fallback, -v], retry: 1}`, or a list of such.
    public var recovery: String?
    /// `4`, or `{ranks: 4, cpus-per-rank: 2}`.
    public var mpi: String?
    /// Each a selector as `heat~1` or `12.3`, or as `{any: [1, heat], when: ended}`.
    public var after: [String]
    /// The same, as `{any: [1, 2]}`.
    public var follow: [String]

    /// What is not given says nothing.
    public init(
        retry: String? = nil, recovery: String? = nil, mpi: String? = nil, after: [String] = [],
        follow: [String] = []
    ) {
        self.retry = retry
        self.recovery = recovery
        self.mpi = mpi
        self.after = after
        self.follow = follow
    }

    /// Whether the value of `--after` or `--follow` is no plain selector.
    public static func isMapping(_ text: String) -> Bool { text.hasPrefix("{") || text.hasPrefix("[") }
}
