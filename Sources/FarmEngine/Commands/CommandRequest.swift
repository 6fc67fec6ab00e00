import FarmProcess
import FarmTemplate
import FarmTransport

/// Turns a rendered task into what is spawned.
enum CommandRequest {
    /// Bytes kept of each captured stream unless the task says otherwise.
    static let outputLimitBytes = 1 << 20
    static let threadsVariable = "OMP_NUM_THREADS="

    /// - Parameters:
    ///   - work: the attempt.
    ///   - resultFile: what `$TASKS_RESULT_FILE` names.
    ///   - ranks: of a command that is started as several ranks.
    static func make(
        _ task: RenderedTask, _ work: AttemptWork, resultFile: String, ranks: RankLaunch?
    ) -> SpawnRequest {
        var request = plain(task.body, task, work)
        request.variables.append("TASKS_RESULT_FILE=\(resultFile)")
        switch task.stdin {
        case .file(let path): request.input = .file(path)
        case .text(let text): request.input = .bytes(Array(text.utf8))
        case nil: request.input = .null
        }
        if let file = task.stdout { request.output = .file(file.file, append: file.isAppended) }
        if let file = task.stderr { request.errors = .file(file.file, append: file.isAppended) }
        request.captureLimitBytes = task.outputLimitBytes ?? outputLimitBytes
        ranks?.apply(to: &request, of: task)
        return request
    }

    /// The task's check: what it says is its own, and of no interest but for the last line.
    static func check(_ line: RenderedTask.Body, _ task: RenderedTask, _ work: AttemptWork) -> SpawnRequest {
        var request = plain(line, task, work)
        request.errors = .sameAsOutput
        request.captureLimitBytes = 8 << 10
        return request
    }

    /// What check and body have in common: environment, directory, cores and GPUs, limit of memory.
    private static func plain(
        _ body: RenderedTask.Body, _ task: RenderedTask, _ work: AttemptWork
    ) -> SpawnRequest {
        let group = work.group
        var request = SpawnRequest(
            words(body, task, group), environment: group.environment(of: task), variables: task.variables,
            directory: task.directory)
        request.memoryLimitBytes = group.memoryBytes
        request.variables.append("TASKS_ATTEMPT=\(work.name.attempt)")
        if task.mpi == nil, let seat = work.seat {
            let ranks = seat.poolRanks.map { String($0) }.joined(separator: ",")
            request.variables += [
                "TASKS_RANK=\(seat.rank)", "TASKS_RANKS=\(seat.count)", "TASKS_POOL_RANKS=\(ranks)",
            ]
        }
        let cores = group.identities.cores(work.item.cores)
        if !cores.isEmpty {
            request.cpus = cores
            request.variables.append("TASKS_CPUS=" + CPUList.text(cores))
        }
        let gpus = group.identities.gpus(work.item.gpus)
        if !gpus.isEmpty {
            let list = gpus.joined(separator: ",")
            request.variables.append("TASKS_GPUS=" + list)
            request.variables.append("CUDA_VISIBLE_DEVICES=" + list)
        }
        // Ranks have cores of their own, and so threads.
        if task.mpi == nil, !group.setsThreads(task) {
            request.variables.append("\(threadsVariable)\(group.cpus)")
        }
        return request
    }

    private static func words(
        _ body: RenderedTask.Body, _ task: RenderedTask, _ group: LoadedGroup
    ) -> [String] {
        switch body {
        case .command(let words): words
        case .shell(let line, let shell, let arguments):
            (shell.isEmpty ? group.defaultShell(of: task) : shell) + [line] + arguments
        case .function, .python: []
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
