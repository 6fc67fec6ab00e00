import FarmTransport
import Glibc
import MultiEngine
import TaskFarm

/// A prompt whose lines are executed on engines.
struct Console {
    private var client: MultiEngineClient
    private let editor: LineEditor
    private var history: LineHistory
    private var isBlocking = true
    private var pending: [PendingResult<ResultList>] = []
    /// Something has failed.
    private(set) var hasFailed = false

    init(_ client: MultiEngineClient, history: LineHistory) {
        self.client = client
        self.history = history
        let shared = CompletionClient(client)
        completion = shared
        editor = LineEditor { await ConsoleCompletion.of($0, shared.client) }
    }

    /// The client as it is now, for completion.
    private let completion: CompletionClient

    private final class CompletionClient {
        var client: MultiEngineClient
        init(_ client: MultiEngineClient) { self.client = client }
    }

    /// Reads and executes until the input ends.
    mutating func run() async throws {
        if editor.isInteractive {
            let ids = try await client.ids.map(\.description).joined(separator: ", ")
            Terminal.say(
                "engines: \(ids.isEmpty ? "none yet" : ids); %help says what can be typed, Ctrl-D ends")
        }
        while let text = await next() {
            let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.isEmpty { continue }
            if editor.isInteractive { history.add(text) }
            if ["exit", "quit", "exit()", "quit()", "%quit", "%exit"].contains(words.joined()) { return }
            do {
                if words[0].hasPrefix("%") {
                    try await command(words[0], words.dropFirst())
                } else {
                    try await execute(text)
                }
            } catch let error as TaskClientError where error.code == .closed || error.code == .noController {
                throw error
            } catch {
                hasFailed = true
                report(error)
            }
        }
    }

    /// A whole text, of one line or several; nil at the end of the input.
    private mutating func next() async -> String? {
        var lines: [String] = []
        while true {
            let prompt = lines.isEmpty ? "[\(client.targets)] >>> " : "[\(client.targets)] ... "
            switch await editor.read(prompt, history: history.entries) {
            case .cancelled: lines = []
            case .end: return lines.isEmpty ? nil : lines.joined(separator: "\n")
            case .text(let line):
                // Several lines at once were pasted, or are an old entry: they are whole.
                if lines.isEmpty, line.hasPrefix("%") || line.contains("\n") { return line }
                lines += line.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                if PythonText.isComplete(lines) { return lines.joined(separator: "\n") }
            }
        }
    }

    private func report(_ error: any Error) {
        let shown = error as? ShownError
        guard let composite = shown?.error ?? error as? CompositeError else {
            return Terminal.complain(Farewell.failure(error).message)
        }
        let live = shown?.live ?? LiveLines()
        let kept = composite.succeeded.compactMap { composite.result(of: $0, as: CommandResult.self) }
        if !kept.isEmpty {
            Terminal.write(kept.map { live.rest(of: $0).description }.joined(separator: "\n"))
        }
        for failure in composite.failures { Terminal.write(live.rest(of: failure)) }
        for line in composite.tracebacks.split(separator: "\n") { Terminal.quote(String(line)) }
    }

    private mutating func execute(_ text: String) async throws {
        let result = try await client.submit(.execute(text))
        guard isBlocking else {
            pending.append(result)
            return Terminal.write("[\(pending.count)] on \(client.targets); `%result` shows the newest\n")
        }
        try await show(result)
    }

    /// Waits for a result and shows it. Ctrl-C interrupts the engines, however often.
    private func show(_ result: PendingResult<ResultList>) async throws {
        Interrupt.handle { _, signal in
            guard signal == SIGINT else { Farewell.end(.interrupted) }
            Terminal.say("interrupting the engines (Ctrl-\\ ends the console)")
            Task { try? await result.interrupt() }
        }
        defer { Interrupt.handle(nil) }
        let live = LiveLines()
        do {
            let results = try await live.value(of: result)
            Terminal.write(results.map { live.rest(of: $0).description }.joined(separator: "\n"))
        } catch let error as CompositeError {
            throw ShownError(error: error, live: live)
        }
    }

    /// What failed, and what of its output stands on the terminal already.
    private struct ShownError: Error {
        var error: CompositeError
        var live: LiveLines
    }

    // MARK: Commands of the console

    private static let help = """
        What does not begin with % is Python, executed on each target. A block ends with an empty line.
          %targets [T]     which engines: all, 0, 0,2, 0:3
          %block [on|off]  whether results are waited for
          %result [N]      of the newest text that was not waited for; of prompt N of each engine
          %keys            the names in each namespace
          %status          what runs and waits
          %interrupt       KeyboardInterrupt in what the engines run
          %clear           end what is queued
          %reset           empty the namespaces
          %run FILE        execute a file of this host
          %quit            as Ctrl-D
        Up and down go through the history, Tab completes names, Ctrl-C interrupts the engines.

        """

    private mutating func command(_ name: String, _ words: ArraySlice<String>) async throws {
        let argument = words.joined(separator: " ")
        switch name {
        case "%help": Terminal.write(Self.help)
        case "%targets":
            if !argument.isEmpty { client.targets = try EngineTargets(parsing: argument) }
            completion.client = client
            Terminal.write("targets: \(client.targets)\n")
        case "%block":
            guard ["", "on", "off"].contains(argument) else {
                throw CommandFailure(.refused, "%block is on or off, not “\(argument)”")
            }
            if !argument.isEmpty { isBlocking = argument == "on" }
            Terminal.write("block: \(isBlocking ? "on" : "off")\n")
        case "%result": try await showResult(argument)
        case "%keys":
            let result = try await client.submit(NamespaceCommand.keys())
            for (engine, keys) in zip(result.engines, try await result.value) {
                Terminal.write("[\(engine)] \(keys.joined(separator: " "))\n")
            }
        case "%status":
            for status in try await client.queueStatus() {
                Terminal.write("[\(status.engine)] \(status.running) running, \(status.queued) queued\n")
            }
        case "%interrupt":
            Terminal.write("\(counted(try await client.interrupt(), "command")) interrupted\n")
        case "%clear":
            let count = try await client.clearQueue().reduce(0, +)
            Terminal.write("\(counted(count, "command")) cleared\n")
        case "%reset": try await client.reset()
        case "%run":
            guard !argument.isEmpty else {
                throw CommandFailure(.refused, "%run takes a file of this host: %run study.py")
            }
            try await show(try await client.submit(try .run(file: argument)))
        default:
            throw CommandFailure(.refused, "there is no command \(name); %help names them")
        }
    }

    private func showResult(_ argument: String) async throws {
        if argument.isEmpty {
            guard let newest = pending.last else {
                throw CommandFailure(.refused, "nothing was executed with %block off")
            }
            return try await show(newest)
        }
        guard let prompt = Int(argument), prompt > 0 else {
            throw CommandFailure(.refused, "%result takes the number of a prompt, not “\(argument)”")
        }
        try await show(try await client.submit(.getResult(prompt)))
    }
}
