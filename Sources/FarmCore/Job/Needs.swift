/// What a task takes from its engine, and of the farm, while it is sent.
public struct Needs: Hashable, Sendable {
    /// CPUs, at least 1; an engine offers as many as it has declared.
    public var cpus: UInt32
    public var gpus: UInt32
    /// Bytes of memory; 0: it is not said how much.
    public var memoryBytes: UInt64
    /// Named quantities, by rising name, each at least 1. One that the controller limits is taken of the
    /// whole farm's (`license`), any other of what the engine has declared (`fpga`).
    public var named: [NamedAmount]
    /// Tags that its engine must have, all of them, rising.
    public var tags: [String]

    public init(
        cpus: UInt32 = 1, memoryBytes: UInt64 = 0, gpus: UInt32 = 0, named: [NamedAmount] = [],
        tags: [String] = []
    ) {
        self.cpus = cpus
        self.memoryBytes = memoryBytes
        self.gpus = gpus
        self.named = named.sorted { $0.name < $1.name }
        self.tags = tags.sorted()
    }

    /// One CPU of any engine is all.
    var isPlain: Bool { cpus <= 1 && memoryBytes == 0 && gpus == 0 && named.isEmpty && tags.isEmpty }

    /// What one task may ask for of each at most: 2^50 bytes, 65,536 CPUs or GPUs, 10^12 of what has a name.
    public static let mostBytes: UInt64 = 1 << 50
    public static let mostUnits: UInt32 = 65_536
    public static let mostNamed: UInt64 = 1_000_000_000_000
}

/// So much of something that has a name.
public struct NamedAmount: Hashable, Sendable {
    public var name: String
    public var amount: UInt64

    public init(_ name: String, _ amount: UInt64) {
        self.name = name
        self.amount = amount
    }
}
