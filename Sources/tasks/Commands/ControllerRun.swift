import ArgumentParser
import FarmController
import FarmEngine
import FarmTransport
import Glibc
import Logging

/// `tasks controller`, which is `tasks controller run`.
struct ControllerRun: ParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a controller in the foreground.",
        discussion: """
            Without --listen or a port it serves this machine only, over sockets in a private directory. \
            Peers on other machines get its address from the capability files in PROFILE/security; tcp is \
            always encrypted.

            What was acknowledged is in the ledger and survives the end of this process, however it ends: \
            the next controller of the profile goes on with it, and engines and clients come back to it by \
            themselves.

            SIGTERM and Ctrl-C stop when the engines have finished what they run; a second one stops at \
            once. SIGHUP starts this program anew in place, as for an upgrade: engines keep running.
            """)

    @OptionGroup var options: ControllerFlags
    @OptionGroup var logging: LogOptions
    @Option(help: .hidden)
    var readyDescriptor: Int32?

    func run() throws {
        if let readyDescriptor { _ = fcntl(readyDescriptor, F_SETFD, FD_CLOEXEC) }
        do {
            try serve()
        } catch {
            ReadyPipe.tellError(readyDescriptor, Farewell.failure(error).message)
            throw error
        }
    }

    private func serve() throws {
        _ = OwnProgram.file  // Now, before the file can be replaced.
        let directory = options.directory
        let logger = try logging.logger("controller")
        let controller = try Controller.start(try options.settings(logger))
        let signalled = SignalBox()
        Interrupt.handle { count, signal in
            signalled.set(signal)
            if signal == SIGHUP {
                // Better the old program than none.
                guard OwnProgram.canStartAnew else {
                    return logger.error("\(OwnProgram.file) cannot be run; the controller goes on as it is")
                }
                return controller.handOver()
            }
            controller.stop(now: count > 1)
            if count > 2 { Farewell.end(.interrupted) }
        }
        if readyDescriptor == nil, Terminal.errorIsTerminal {
            let endpoints = controller.bound.map(\.endpoint).joined(separator: "\n  ")
            Terminal.say("controller of \(directory) listens on\n  \(endpoints)\nCtrl-C ends it.")
        }
        ReadyPipe.tellReady(readyDescriptor)
        try controller.waitUntilEnded()
        if signalled.value == SIGHUP { try OwnProgram.startAnew() }
        if signalled.value == SIGINT { throw CommandFailure.silent(.interrupted) }
    }
}
