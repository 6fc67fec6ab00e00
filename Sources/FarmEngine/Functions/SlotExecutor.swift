import Dispatch
import Synchronization

/// One thread of its own that runs Swift tasks which prefer it: a slot's functions may block and compute on
/// it as long as they like without keeping the cooperative pool, the I/O thread or another slot from their
/// work.
///
/// Child tasks of a function inherit the preference, so they share the thread.
final class SlotExecutor: TaskExecutor {
    private struct Queue {
        var jobs: [UnownedJob] = []
        var isWaiting = false
        var isClosed = false
    }

    private let queue = Mutex(Queue())
    private let work = DispatchSemaphore(value: 0)

    /// Starts the thread, which keeps the executor until ``close()``.
    init(name: String) {
        // As much as a main thread has: numerical code keeps arrays on the stack.
        EngineThread.start(name, stackBytes: 8 << 20) { self.run() }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let wakes = queue.withLock { queue in
            queue.jobs.append(job)
            defer { queue.isWaiting = false }
            return queue.isWaiting
        }
        if wakes { work.signal() }
    }

    /// Lets the thread end once it has nothing to run; a job that comes later than that would wait for ever.
    func close() {
        let wakes = queue.withLock { queue in
            queue.isClosed = true
            defer { queue.isWaiting = false }
            return queue.isWaiting
        }
        if wakes { work.signal() }
    }

    private func run() {
        let identity = asUnownedTaskExecutor()
        var jobs: [UnownedJob] = []
        while true {
            let isDone = queue.withLock { queue in
                swap(&queue.jobs, &jobs)
                queue.isWaiting = jobs.isEmpty && !queue.isClosed
                return jobs.isEmpty && queue.isClosed
            }
            if isDone { return }
            if jobs.isEmpty {
                work.wait()
                continue
            }
            for job in jobs { job.runSynchronously(on: identity) }
            jobs.removeAll(keepingCapacity: true)
        }
    }
}
