/// What has happened since the start.
public struct SchedulerStatistics: Equatable, Sendable {
    public var dispatched: UInt64 = 0
    public var results: UInt64 = 0
    /// Results whose dispatch was not live: late, twice, or from an engine that was given up.
    public var droppedResults: UInt64 = 0
    public var retries: UInt64 = 0
    public var enginesLost: UInt64 = 0
    public var recalls: UInt64 = 0
    public var givenBack: UInt64 = 0
    public var quarantines: UInt64 = 0
    /// Copies of stragglers that were sent.
    public var speculations: UInt64 = 0
    /// Dependencies that were looked at, whether they are met by now.
    public var judgements: UInt64 = 0

    public init() {}
}
