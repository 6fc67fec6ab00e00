/// A task written in Swift: a name, what goes in, what comes out, and what to do in between.
///
/// ```swift
/// struct Simulate: TaskFunction {
///     static let name = "simulate"
///     func run(_ steps: Int, _ context: TaskContext) async throws -> Double { … }
/// }
/// ```
/// An engine executable registers the functions that it offers; a client names one by its type
/// (`client.submit(Simulate.self, 64)`) or, in a batch file, by its `name` (`call: simulate`).
///
/// - A fresh instance is made for each attempt; nothing is kept from one to the next but what is `static`.
/// - An attempt runs on a thread that its slot owns, so blocking calls and long loops are fine.
///   Child tasks share that thread.
/// - Cancellation and timeouts are cooperative: they cancel the surrounding Swift task. `Task.sleep` and
///   `checkCancellation` then throw; a long loop looks at ``TaskContext/isCancelled`` now and then.
/// - An error that is thrown fails the attempt: its description becomes the error text, its type's name the
///   error's name, which retry rules can pick.
public protocol TaskFunction: Sendable {
    /// What the task is given; ``Nothing`` if it needs no input.
    associatedtype Input: Codable & Sendable
    /// The task's value; ``Nothing`` if it has none.
    associatedtype Output: Codable & Sendable

    /// What batch files and the wire call it. One engine cannot hold two functions of the same name.
    static var name: String { get }

    /// What `skip-unchanged` goes by: a value computed under another version is not taken for this one's.
    /// Empty, as by default, for the digest of the engine's executable: whatever is built anew runs again.
    static var version: String { get }

    /// Called once for each attempt.
    init()

    /// Does the work.
    ///
    /// - Parameters:
    ///   - input: decoded from the task's payload; see ``PayloadCodec`` for what decodes to what.
    ///   - context: which attempt this is, and how to log.
    func run(_ input: Input, _ context: TaskContext) async throws -> Output
}

extension TaskFunction {
    public static var version: String { "" }
}
