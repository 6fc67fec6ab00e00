/// What an engine runs for one task: every string final, every path absolute.
public struct RenderedTask: Equatable, Sendable {
    /// What is run.
    public enum Body: Equatable, Sendable {
        /// A program and its arguments.
        case command([String])
        /// A shell line. The command is `shell` (the engine's default shell with its `-c`, if empty), then
        /// `line`, then `arguments`, the first of which is `$0`.
        case shell(line: String, shell: [String], arguments: [String])
        /// A function, and its input: a codec byte and the value (docs/protocol.md, "values").
        case function(String, input: [UInt8])
        /// Python, in the engine's kernel.
        case python(RenderedPython)
    }

    /// `solve/n=64,alpha=0.1`.
    public var name: String
    /// What is run.
    public var body: Body
    /// A shell line to be run first, which says by its exit code whether the task can run here; nil for none.
    public var check: Body?
    /// `KEY=VALUE`: what is the same for all tasks of the template.
    public var environment: [String]
    /// `KEY=VALUE`: what is this task's own – `TASKS_TASK_ID`, `TASKS_JOB`, `TASKS_NAME`, `TASKS_PARAM_…`,
    /// and variables with `${{ }}`. No key stands in both lists.
    public var variables: [String]
    /// Working directory.
    public var directory: String
    /// The directory is the task's own (`dir:`): the engine makes it, with its parents.
    public var makesDirectory: Bool
    /// Nil: nothing to read.
    public var stdin: TaskTemplate.Input?
    /// Nil: captured.
    public var stdout: TaskTemplate.Output?
    /// Nil: captured.
    public var stderr: TaskTemplate.Output?
    /// Bytes kept of each captured stream; nil for the engine's default.
    public var outputLimitBytes: Int?
    /// Where the value comes from; a file is an absolute path.
    public var result: TaskTemplate.Result
    /// What it reads: absolute, wildcards as in a shell.
    public var inputs: [String] = []
    /// What it leaves behind, likewise.
    public var outputs: [String] = []
    /// The command is started as several ranks at once; nil: once.
    public var mpi: RankedLaunch?
    /// Which of its variables it depends on, `KEY=VALUE`; nil unless it skips what is unchanged.
    public var dependsOn: [String]?
}
