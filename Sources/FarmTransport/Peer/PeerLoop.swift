import Synchronization
import ZeroMQ

/// Runs a node on a thread of its own, over ZeroMQ: the one I/O thread of an engine or client process.
///
/// The thread waits until a frame, a closure or a timer is there, hands over what has come up to a bound, and
/// then lets the node end its turn: alone, a message goes out at once; under load, messages are batched by
/// themselves.
public final class PeerLoop<Node: PeerNode>: Sendable {
    private let mailbox: Mailbox<PeerCommand>
    private let thread: LoopThread

    /// Starts the thread, which begins to connect at once.
    /// - Parameters:
    ///   - name: the thread's; 15 bytes are kept.
    ///   - makeNode: called on the thread, with the sink that the node sends through (to be held unowned).
    ///   - onEvent: called on the thread; keep it short.
    /// - Throws: `TransportError` with `failed` when the system gives no thread or descriptor.
    public init(
        name: String, source: CapabilitySource, options: PeerOptions = PeerOptions(),
        clock: FarmClock = FarmClock(),
        makeNode: @escaping @Sendable (any FrameSink) -> Node,
        onEvent: @escaping @Sendable (PeerEvent) -> Void = { _ in }
    ) throws(TransportError) {
        do throws(ZeroMQError) {
            let mailbox = try Mailbox<PeerCommand>()
            self.mailbox = mailbox
            thread = try LoopThread(name: name) {
                do throws(ZeroMQError) {
                    let runner = try PeerRunner(options, source, clock, mailbox, tell: onEvent)
                    runner.run(makeNode)
                } catch {
                    onEvent(.failed(TransportError(error)))
                }
            }
        } catch {
            throw TransportError(error)
        }
    }

    /// Runs `body` on the loop's thread, at the time given to it, in the order of the calls; then the node's
    /// turn ends. Nothing is run any more after `stop`. Costs about 40 ns, and a wake-up if the thread waits.
    public func perform(_ body: @escaping @Sendable (Node, Instant) -> Void) {
        mailbox.push(.perform { node, now in body(unsafeDowncast(node, to: Node.self), now) })
    }

    /// Ends the loop after what was given to `perform` before; frames already sent by the node have so long
    /// to leave. Returns at once. The node is told `disconnected` last.
    public func stop(flushNanoseconds: Int64 = .seconds(1)) {
        mailbox.push(.stop(flushNanoseconds: flushNanoseconds))
    }

    /// Waits until the thread has ended, all sockets are closed, and what could be flushed is flushed.
    public func join() { thread.join() }
}

/// What other threads ask of a loop. Not generic, nor is what obeys it: code for a node of another module
/// would look its types up at run time, a microsecond a turn.
enum PeerCommand: Sendable {
    case perform(@Sendable (any PeerNode, Instant) -> Void)
    case stop(flushNanoseconds: Int64)
}
