import FarmProcess
import FarmTemplate

/// Turns a rendered task into what is spawned.
enum CommandRequest {
    /// Bytes kept of each captured stream unless the task says otherwise.
    static let outputLimitBytes = 1 << 20

    /// - Parameters:
    ///   - resultFile: what `$TASKS_RESULT_FILE` names.
    ///   - attempt: its number.
    static func make(
        _ task: RenderedTask, group: LoadedGroup, attempt: UInt32, resultFile: String
    ) -> SpawnRequest {
        var request = SpawnRequest(
            words(task, group), environment: group.environment(of: task), variables: task.variables,
            directory: task.directory)
        request.variables.append("TASKS_ATTEMPT=\(attempt)")
        request.variables.append("TASKS_RESULT_FILE=\(resultFile)")
        switch task.stdin {
        case .file(let path): request.input = .file(path)
        case .text(let text): request.input = .bytes(Array(text.utf8))
        case nil: request.input = .null
        }
        if let file = task.stdout { request.output = .file(file.file, append: file.isAppended) }
        if let file = task.stderr { request.errors = .file(file.file, append: file.isAppended) }
        request.captureLimitBytes = task.outputLimitBytes ?? outputLimitBytes
        return request
    }

    private static func words(_ task: RenderedTask, _ group: LoadedGroup) -> [String] {
        switch task.body {
        case .command(let words): words
        case .shell(let line, let shell, let arguments):
            (shell.isEmpty ? group.defaultShell(of: task) : shell) + [line] + arguments
        case .function: []
        }
    }

    /// Whether something has to be done on a file system before it can start, which may take its time.
    static func needsPreparation(_ task: RenderedTask) -> Bool {
        task.makesDirectory || task.stdout != nil || task.stderr != nil || task.resultPath != nil
    }
}

extension RenderedTask {
    /// The file that the task is to leave its value in, if it names one.
    var resultPath: String? {
        if case .file(let path) = result { return path }
        return nil
    }
}
