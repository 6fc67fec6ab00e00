/// Thrown by a function that cannot run on this engine: no such device, file or licence here.
///
/// ```swift
/// guard FileManager.default.fileExists(atPath: "/dev/fpga0") else { throw NotHere("no FPGA") }
/// ```
/// The task is tried on another engine, which costs none of its tries. It should be thrown before the work
/// begins.
public struct NotHere: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is missing.
    public let reason: String

    /// Says what is missing.
    public init(_ reason: String) { self.reason = reason }

    /// The reason.
    public var description: String { reason }
}
