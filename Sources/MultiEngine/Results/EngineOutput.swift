/// Lines that a command has printed on one engine: whole ones, but for the last of all.
public struct EngineOutput: Sendable, Hashable {
    /// The engine.
    public let engine: EngineID
    /// Where it has written them.
    public let stream: OutputStream
    /// The lines with their ends. What is no UTF-8 is shown as U+FFFD.
    public let text: String
}
