extension RenderedTask {
    /// What stands before all others: keys of another layout are other keys.
    private static let layout = "2"

    /// What the task is made of, but for the content of its files, piece by piece and the same for two tasks
    /// that would do the same: what is run and where, its parameters and the variables that it depends on,
    /// what it reads and writes. Its name, too, since it finds that in `TASKS_NAME`; not its number and its job's,
    /// which are never the same twice.
    ///
    /// - Parameter version: of the function that it calls; empty for a command.
    public func content(version: String) -> [String] {
        var pieces = [Self.layout]
        func add(_ name: String, _ values: [String]) { pieces += [name, String(values.count)] + values }
        add("name", [name])
        switch body {
        case .command(let words): add("run", words)
        case .shell(let line, let shell, let arguments): add("shell", [line] + shell + ["-"] + arguments)
        case .function(let name, let input):
            add("call", [name, version, input.map { String($0, radix: 16) }.joined(separator: " ")])
        case .python(let python):
            // Never looked up: what its namespace holds is not known (`TemplateCompiler.checkDeclared`).
            add("python", [python.code ?? "", python.path ?? "", python.expression ?? ""])
        }
        add("depends-on", dependsOn ?? [])
        add("directory", [directory, String(makesDirectory)])
        switch stdin {
        case .file(let path): add("stdin", ["file", path])
        case .text(let text): add("stdin", ["text", text])
        case nil: add("stdin", [])
        }
        for output in [stdout, stderr] {
            add("output", output.map { [$0.file, String($0.isAppended)] } ?? [])
        }
        switch result {
        case .resultFile: add("result", [])
        case .file(let path): add("result", ["file", path])
        case .regex(let pattern): add("result", ["regex", pattern])
        }
        add("inputs", inputs)
        add("outputs", outputs)
        // Where there are none nothing is said, so that keys from before there were any are the same.
        if let mpi { add("mpi", mpi.words() + [String(mpi.cpusPerRank)]) }
        return pieces
    }

    /// Files that its last success has left behind, declared or not, by which it is still what it was.
    public var leftFiles: [String] {
        var files = outputs
        for output in [stdout, stderr] {
            if let output, !output.isAppended { files.append(output.file) }
        }
        if case .file(let path) = result { files.append(path) }
        return files
    }

    /// Files whose content it depends on.
    public var readFiles: [String] {
        if case .file(let path) = stdin { return inputs + [path] }
        return inputs
    }
}
