import Foundation

/// Threads of the worker's own, beside the I/O thread and the process runner's.
enum EngineThread {
    /// Starts a named thread; its stack is small unless said otherwise.
    static func start(_ name: String, stackBytes: Int = 256 << 10, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread {
            // Foundation names a thread for the system only from within.
            Thread.current.name = name
            body()
        }
        thread.stackSize = stackBytes
        thread.start()
    }
}
