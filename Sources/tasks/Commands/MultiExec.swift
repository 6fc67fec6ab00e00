import ArgumentParser
import FarmTemplate
import Foundation
import MultiEngine

/// `tasks multi exec`.
struct MultiExec: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Execute Python on engines, and print what each says.",
        discussion: """
            What is printed and the value of the last expression come back; what takes longer shows its \
            lines as they come. Ctrl-C interrupts the engines.
            tasks multi exec -t 0:3 'import os; os.getpid()'
            tasks multi exec -f setup.py
            """)

    @Argument(help: "Python; - reads it from standard input.")
    var code: String?
    @Option(name: .shortAndLong, help: "A Python file of this host.")
    var file: String?
    @OptionGroup var multi: MultiOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard (code == nil) != (file == nil) else {
            throw ValidationError("give either Python code, - to read it from standard input, or -f FILE")
        }
    }

    func run() async throws {
        let command = try command()
        try await multi.connected { client in
            let live = LiveLines()
            do {
                let results = try await MultiOptions.result(of: command, on: client) { pending in
                    format.output == .table ? try await live.value(of: pending) : try await pending.value
                }
                show(results.map { Row($0, live) })
            } catch let error as CompositeError {
                let kept = error.succeeded.compactMap { error.result(of: $0, as: CommandResult.self) }
                let rows = kept.map { Row($0, live) } + error.failures.map { Row($0, live) }
                show(rows.sorted { $0.engine < $1.engine })
                throw error
            }
        }
    }

    private func command() throws -> NamespaceCommand<ResultList> {
        if let file { return try .run(file: file) }
        guard code == "-" else { return .execute(code ?? "") }
        let data = try FileHandle.standardInput.readToEnd() ?? Data()
        guard let text = String(data: data, encoding: .utf8) else {
            throw CommandFailure(.refused, "standard input is not UTF-8 text")
        }
        return .execute(text)
    }

    private func show(_ rows: [Row]) {
        guard format.output == .table else {
            var table = Table([
                .init("engine"), .init("prompt"), .init("result"), .init("stdout"), .init("stderr"),
                .init("error"), .init("message"), .init("traceback"),
            ])
            table.rows = rows.map(\.cells)
            return table.write(format.output)
        }
        Terminal.write(rows.map(\.text).filter { !$0.isEmpty }.joined(separator: "\n"))
    }
}

/// What one engine says.
private struct Row {
    var engine: EngineID
    var text: String
    var cells: [JSONValue]

    init(_ result: CommandResult, _ live: LiveLines) {
        engine = result.engine
        text = live.rest(of: result).description
        cells = [
            .whole(engine.raw), .whole(result.prompt), result.result.map { .string($0) } ?? .null,
            .string(result.standardOutput), .string(result.standardError), .null, .null, .null,
        ]
    }

    /// Of one that failed what it has printed; its error is told at the end.
    init(_ failure: EngineFailure, _ live: LiveLines) {
        engine = failure.engine
        let (output, errors) = (failure.outcome.standardOutput, failure.outcome.standardError)
        text = live.rest(of: failure)
        cells = [
            .whole(engine.raw), .null, .null, .string(String(decoding: output, as: UTF8.self)),
            .string(String(decoding: errors, as: UTF8.self)), .string(failure.name), .string(failure.message),
            .words(failure.traceback),
        ]
    }
}
