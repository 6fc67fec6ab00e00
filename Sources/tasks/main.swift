import ArgumentParser
import FarmEngine
import Glibc

Engine.unblockSignals()

// A worker is this same executable, started again by its nanny; it has no use for anything below.
if Engine.isWorker { await Engine.runWorkerIfAsked() }

// Whoever reads our output may go away: that is an error to be handled where it is written, not a sudden end.
signal(SIGPIPE, SIG_IGN)

do {
    var command: any ParsableCommand
    do { command = try Tasks.parseAsRoot() } catch { Farewell.parsing(error) }
    if command is any Interruptible { Interrupt.install() }
    if let command = command as? any AsyncParsableCommand {
        try await run(command)
    } else {
        // On the main thread: an engine's nanny must be alone in its process.
        try command.run()
    }
    Farewell.end(.succeeded)
} catch {
    Farewell.end(error)
}

/// A function of its own, where the asynchronous `run` is the one that is meant.
@MainActor
func run(_ command: any AsyncParsableCommand) async throws {
    // Handed over whole: nobody else has it.
    nonisolated(unsafe) var command = command
    try await command.run()
}
