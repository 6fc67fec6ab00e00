import ArgumentParser
import FarmBatch
import FarmController
import FarmEngine
import FarmLaunch
import FarmTransport
import Glibc
import MultiEngine
import TaskFarm

/// Turns whatever a command throws into words and an exit code.
enum Farewell {
    /// Ends the process. Not by `exit`, which would run destructors under threads that still work.
    static func end(_ status: ExitStatus) -> Never {
        fflush(nil)
        ScratchDirectory.removeSockets()
        let isIncomplete = status == .succeeded && Terminal.hasFailed
        _exit(isIncomplete ? ExitStatus.refused.rawValue : status.rawValue)
    }

    /// Says what an error says, and ends the process.
    static func end(_ error: any Error) -> Never {
        guard let failure = known(error) else { parsing(error) }
        for line in failure.details { Terminal.quote(line) }
        if !failure.message.isEmpty { Terminal.complain(failure.message) }
        end(failure.status)
    }

    /// What an error comes to; one that is not ours as it describes itself.
    static func failure(_ error: any Error) -> CommandFailure {
        known(error) ?? CommandFailure(.refused, Tasks.message(for: error))
    }

    /// Nil for what is the argument parser's to word: help that was asked for, usage.
    private static func known(_ error: any Error) -> CommandFailure? {
        switch error {
        case let error as CommandFailure: error
        case let error as TaskClientError: CommandFailure(status(error), error.message)
        case let error as MultiEngineError: CommandFailure(.refused, error.message)
        case let error as CompositeError:
            CommandFailure(
                error.isInterrupt ? .interrupted : .someFailed, "",
                details: error.tracebacks.split(separator: "\n").map(String.init))
        case let error as PayloadError: CommandFailure(.refused, error.message)
        case let error as BatchError:
            CommandFailure(
                .refused, "nothing was submitted: put right what is said above and try again",
                details: error.description.split(separator: "\n").map(String.init))
        case let error as ControllerError: CommandFailure(.refused, error.message)
        case let error as CredentialError: CommandFailure(status(error), error.message)
        case let error as LaunchError: CommandFailure(.refused, error.message)
        case let error as EngineError: CommandFailure(.refused, error.message)
        case is CancellationError: CommandFailure(.interrupted, "interrupted")
        default: nil
        }
    }

    private static func status(_ error: TaskClientError) -> ExitStatus {
        switch error.code {
        case .noProfile, .noController: .noController
        case .badCapability, .expired, .keyRefused, .wrongController, .notPermitted: .notPermitted
        case .interrupted: .interrupted
        case .alreadyEnded: .someFailed
        default: .refused
        }
    }

    private static func status(_ error: CredentialError) -> ExitStatus {
        switch error.code {
        case .looseMode, .wrongOwner, .expired: .notPermitted
        default: .refused
        }
    }

    /// What the argument parser throws: help and completions are no failure, and its 64 is our 2.
    static func parsing(_ error: any Error) -> Never {
        let code = Tasks.exitCode(for: error)
        let text = Tasks.fullMessage(for: error)
        if code.isSuccess {
            if !text.isEmpty { Terminal.write(text + "\n") }
            end(.succeeded)
        }
        Terminal.say(text)
        end(.refused)
    }
}
