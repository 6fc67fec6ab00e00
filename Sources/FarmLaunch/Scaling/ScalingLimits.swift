/// How many engines there may be, and when more or fewer are wanted.
public struct ScalingLimits: Sendable, Hashable {
    /// So many are kept though there is nothing to do.
    public var least: Int
    /// Never more than these.
    public var most: Int
    /// Seconds after which an engine that has nothing to do leaves.
    public var idleSeconds: Double
    /// Seconds of work that may wait for each slot before more are started.
    public var backlogSeconds: Double

    /// Limits.
    public init(least: Int, most: Int, idleSeconds: Double, backlogSeconds: Double) {
        self.least = least
        self.most = most
        self.idleSeconds = idleSeconds
        self.backlogSeconds = backlogSeconds
    }
}
