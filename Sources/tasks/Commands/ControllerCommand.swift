import ArgumentParser
import FarmController
import FarmEngine
import FarmTransport
import Glibc
import Logging

/// `tasks controller`.
struct ControllerCommand: ParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        commandName: "controller",
        abstract: "Run a controller in the foreground.",
        discussion: """
            Without --listen or a port it serves this machine only, over sockets in a private directory. \
            Peers on other machines get its address from the capability files in PROFILE/security; tcp is \
            always encrypted.

            The queue is in memory only for now: ending the controller loses the tasks that have not \
            ended. SIGTERM and Ctrl-C stop at once; `tasks cluster stop` refuses while tasks are \
            unfinished.
            """)

    @Option(
        help:
            "Address or interface to listen on for other machines; * for all. Default with a port: 127.0.0.1."
    )
    var listen: String?
    @Option(help: "Port for clients. Default: the profile's last one, else any.")
    var clientPort: UInt16?
    @Option(help: "Port for engines.")
    var enginePort: UInt16?
    @OptionGroup var policy: PolicyOptions
    @Option(help: "The farm's profile: a name below $TASKS_HOME (~/.tasks), or a directory.")
    var profile: String?
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
        let directory = ProfileDirectory(profile.map(FarmOptions.absolute))
        var options = ControllerOptions(
            profile: directory, tcp: tcp, logger: try logging.logger("controller"), subject: Subject.own)
        policy.apply(to: &options.scheduler)
        let controller = try Controller.start(options)
        let signalled = SignalBox()
        Interrupt.handle { count, signal in
            signalled.set(signal)
            controller.stop(now: true)
            if count > 1 { Farewell.end(.interrupted) }
        }
        if readyDescriptor == nil, Terminal.errorIsTerminal {
            let endpoints = controller.bound.map(\.endpoint).joined(separator: "\n  ")
            Terminal.say("controller of \(directory) listens on\n  \(endpoints)\nCtrl-C ends it.")
        }
        ReadyPipe.tellReady(readyDescriptor)
        try controller.waitUntilEnded()
        if signalled.value == SIGINT { throw CommandFailure.silent(.interrupted) }
    }

    private var tcp: ControllerOptions.TCP? {
        guard listen != nil || clientPort != nil || enginePort != nil else { return nil }
        return ControllerOptions.TCP(
            host: listen ?? "127.0.0.1", clientPort: clientPort, enginePort: enginePort)
    }
}
