internal import CSystem
internal import Glibc

/// Carries a loop to its thread.
final class RunnerThread {
    private let loop: RunnerLoop
    private let name: String
    private let done: ThreadEnd

    init(loop: RunnerLoop, name: String, done: ThreadEnd) {
        self.loop = loop
        self.name = name
        self.done = done
    }

    func start() -> Bool {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let result = pthread_create(
            &thread, nil,
            { context in
                let carrier = Unmanaged<RunnerThread>.fromOpaque(context!).takeRetainedValue()
                farm_set_thread_name(carrier.name)
                farm_block_signals()
                carrier.loop.run()
                carrier.done.signal()
                return nil
            }, context.toOpaque())
        guard result == 0 else {
            context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
