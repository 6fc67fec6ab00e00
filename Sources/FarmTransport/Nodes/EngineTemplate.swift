public import FarmWire
public import Synchronization

/// What the tasks of a group share, as an engine got it from the controller.
///
/// The same object stands for the group in all of its work of a session, so what a worker makes of it (a
/// parsed template, say) can be kept in it: `cache` lives as long as the template does, and needs no
/// clearing.
public final class EngineTemplate: Sendable {
    /// The message, as it came.
    public let message: TemplateMessage
    /// The number of its lane with the engine's agent; -1 for none.
    let lane: Int32
    /// Room for what the worker makes of the template; nil until it puts something there.
    public let cache = Mutex<(any Sendable)?>(nil)

    /// Keeps the message.
    public convenience init(_ message: TemplateMessage) { self.init(message, lane: -1) }

    init(_ message: TemplateMessage, lane: Int32) {
        self.message = message
        self.lane = lane
    }
}
