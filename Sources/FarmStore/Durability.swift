/// What has to happen before a controller says that something is recorded.
public enum Durability: String, Sendable, CaseIterable {
    /// It is on the disk itself: survives loss of power.
    case full
    /// The system has it: survives the end of every process, and mostly loss of power but for the last
    /// moments.
    case normal
    /// Nothing: the controller keeps everything in memory only.
    case none
}
