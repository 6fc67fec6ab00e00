import Dispatch
import FarmProcess
import Foundation
import Synchronization

/// The thread over a process of this machine: starts it, waits for its end, starts it again if it died.
///
/// The thread lives as long as the process, so that an engine may ask the kernel to be told of its parent's
/// death: the kernel means the thread that started it.
final class ProcessKeeper: UnitKeeper {
    /// What engines get to leave whose `mpiexec` was killed.
    private static let leftoverSeconds = 5.0

    private let command: KeptCommand
    let record: UnitRecord
    /// The process that may be signalled: it is started, and not yet waited for.
    private let signallable = Mutex<Int32?>(nil)
    /// Cuts a pause before a new start short.
    private let stopAsked = DispatchSemaphore(value: 0)

    init(_ command: KeptCommand, _ tell: @escaping @Sendable (LaunchEvent) -> Void) {
        self.command = command
        record = UnitRecord(
            LaunchedUnit(name: command.name, engineCount: command.engineCount, log: command.log), tell)
    }

    var threadName: String { command.name }

    func stop(_ stop: UnitStop) {
        signallable.withLock { pid in
            guard record.take(stop), let pid else { return }
            signal(pid, stop)
        }
        stopAsked.signal()
    }

    private func signal(_ pid: Int32, _ stop: UnitStop) {
        let number =
            switch stop {
            case .not, .whenIdle: command.idleSignal
            case .now: command.nowSignal
            case .byForce: Signals.kill
            }
        kill(command.signalsGroup ? -pid : pid, number)
    }

    func run() {
        var policy = RelaunchPolicy()
        while true {
            let startedAt = MonotonicClock.nanoseconds()
            let ending: ProcessEnding
            do throws(LaunchError) {
                ending = try runOnce()
            } catch {
                return record.finish(.failed(error.message))
            }
            let lived = Double(MonotonicClock.nanoseconds() - startedAt) / 1e9
            let isStopping = record.stop != .not
            if case .exited(let code) = ending, code == 0 || isStopping {
                return record.finish(.left, exitCode: code)
            }
            if isStopping { return record.finish(.left) }
            let why = Self.words(ending)
            if case .exited(let code) = ending, isFinal(code, lived) {
                return record.finish(.failed(why), exitCode: code)
            }
            guard let pause = policy.pause(afterSeconds: lived) else {
                Subreaper.sweepDeadEngines()
                return record.finish(.failed("\(why), again and again"))
            }
            record.waiting(.failing(why))
            if stopAsked.wait(timeout: .now() + pause) == .success { return record.finish(.left) }
            record.change { $0.restarts += 1 }
        }
    }

    /// An engine that ends with a code has said in its log why, and would say it again; so has what is around
    /// engines and could not start them.
    private func isFinal(_ code: Int32, _ lived: Double) -> Bool {
        command.isEngine || (record.unit.restarts == 0 && lived < RelaunchPolicy.goodSeconds)
    }

    private func runOnce() throws(LaunchError) -> ProcessEnding {
        let child: ChildProcess
        do throws(SpawnError) { child = try ChildProcess.start(command.request()) } catch {
            throw LaunchError(.cannotStart, "cannot start \(command.name): \(error.message)")
        }
        let pid = child.pid
        signallable.withLock { signallable in
            signallable = pid
            // Told between the decision to start and now.
            let stop = record.stop
            if stop != .not { signal(pid, stop) }
        }
        record.running(pid: pid)
        var event = pollfd(fd: child.pidDescriptor, events: Int16(POLLIN), revents: 0)
        while poll(&event, 1, -1) < 0 && errno == EINTR {}
        // Until it is waited for, its number cannot be another's.
        signallable.withLock { $0 = nil }
        // A program around engines that was killed could not end them, and others are to take their places.
        if !command.isEngine { Subreaper.endSession(of: pid, graceSeconds: Self.leftoverSeconds) }
        let ending = child.wait().ending
        if case .signalled = ending { command.endLeftovers?() }
        return ending
    }

    static func words(_ ending: ProcessEnding) -> String {
        switch ending {
        case .exited(let code): "exit code \(code)"
        case .signalled(let number, _): "killed by signal \(number)"
        case .notStarted(let error): error.message
        case .lost: "it is not known how it ended"
        }
    }
}
