public import FarmTransport
import Foundation
import Synchronization

/// A running controller: its thread, and the way to stop it. What it does is decided in `ControllerNode`.
public final class Controller: Sendable {
    /// Where it listens.
    public let bound: [BoundEndpoint]
    private let mailbox: Mailbox<ControllerCommand>
    private let thread: LoopThread
    private let ending: EndingBox

    /// Starts a controller on the profile and returns when it listens and the capability files are there.
    /// - Throws: `ControllerError`: the profile is in use, or its files or ports cannot be used.
    public static func start(_ options: ControllerOptions) throws(ControllerError) -> Controller {
        try Controller(options)
    }

    private init(_ options: ControllerOptions) throws(ControllerError) {
        let mailbox: Mailbox<ControllerCommand>
        do { mailbox = try Mailbox() } catch { throw ControllerError(.failed, error.message) }
        let started = StartSignal()
        let ending = EndingBox()
        do {
            thread = try LoopThread(name: "controller") {
                do throws(ControllerError) {
                    let loop = try ControllerLoop(options, mailbox)
                    started.set(.success(loop.bound))
                    try loop.run()
                } catch {
                    started.set(.failure(error))
                    ending.error.withLock { $0 = error }
                }
            }
        } catch {
            throw ControllerError(.failed, error.message)
        }
        self.mailbox = mailbox
        self.ending = ending
        bound = try started.wait().get()
    }

    /// Asks it to end: engines are told to leave, then it stops listening. With `now`, what runs is stopped.
    /// Returns at once.
    public func stop(now: Bool) { mailbox.push(.stop(now: now)) }

    /// Asks it to end as it is: engines and clients are not told, and come back to the controller that
    /// follows. What it knows is in the ledger. Returns at once.
    public func handOver() { mailbox.push(.handOver) }

    /// Waits until it has ended.
    /// - Throws: `ControllerError` if it ended because something failed.
    public func waitUntilEnded() throws(ControllerError) {
        thread.join()
        if let error = ending.error.withLock({ $0 }) { throw error }
    }
}

/// What other threads ask of the controller's.
enum ControllerCommand: Sendable {
    case stop(now: Bool)
    case handOver
    /// The process of a scheduled run has ended.
    case runEnded(String, at: Int64, why: String)
}

/// The first error of the controller's thread.
private final class EndingBox: Sendable {
    let error = Mutex<ControllerError?>(nil)
}

/// Hands the result of the start from the controller's thread to the one that waits for it.
private final class StartSignal: Sendable {
    private let result = Mutex<Result<[BoundEndpoint], ControllerError>?>(nil)
    private let semaphore = DispatchSemaphore(value: 0)

    /// The first call counts.
    func set(_ value: Result<[BoundEndpoint], ControllerError>) {
        let isFirst = result.withLock { current in
            defer { if current == nil { current = value } }
            return current == nil
        }
        if isFirst { semaphore.signal() }
    }

    func wait() -> Result<[BoundEndpoint], ControllerError> {
        semaphore.wait()
        return result.withLock { $0 }
            ?? .failure(ControllerError(.failed, "the controller's thread did not start"))
    }
}
