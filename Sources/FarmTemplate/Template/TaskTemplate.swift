/// What the tasks of an array share, as a batch file says it and the wire carries it; `${{ }}` not yet
/// expanded.
///
/// It holds no scheduling fields (those are the group's policy) and no name (the group's), so groups may
/// share it.
public struct TaskTemplate: Equatable, Sendable {
    /// What is run.
    public enum Body: Equatable, Sendable {
        /// A line for the shell.
        case shell(String)
        /// A program and its arguments.
        case arguments([String])
        /// A function registered with the engine. With nil its input is the task's payload, else the task's
        /// parameters as an object, if it has any.
        case function(String, with: JSONValue?)
        /// Python, in the engine's kernel. A task's payload may be a bundle of values that are pushed, too.
        case python(PythonBody)
        /// Each task's payload holds its own `run` – a string or an array of strings, in which nothing is
        /// expanded.
        case payload
    }

    /// A variable and its value.
    public struct Variable: Hashable, Sendable {
        /// Letters, digits and `_`.
        public var name: String
        /// May hold `${{ }}`.
        public var value: String

        /// `name=value`.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What a command reads.
    public enum Input: Equatable, Sendable {
        /// A file, from the task's directory.
        case file(String)
        case text(String)
    }

    /// The file that a command's output goes to.
    public struct Output: Equatable, Sendable {
        /// From the task's directory.
        public var file: String
        /// Added to the end of what is there, rather than in its place.
        public var isAppended: Bool

        /// Output to a file, in place of what is there unless said otherwise.
        public init(file: String, isAppended: Bool = false) {
            self.file = file
            self.isAppended = isAppended
        }
    }

    /// Where a command's value comes from.
    public enum Result: Equatable, Sendable {
        /// The JSON written to `$TASKS_RESULT_FILE`, if any was.
        case resultFile
        /// A JSON file, from the task's directory.
        case file(String)
        /// The last match in the captured output; its named groups make an object.
        case regex(String)
    }

    /// How a task is found again that need not be run.
    public struct SkipUnchanged: Equatable, Sendable {
        /// Inherited variables that it depends on, beside those of the template.
        public var variables: [String]
        /// It is run in any case; the next one may be skipped.
        public var isForced: Bool

        /// One that depends on these variables.
        public init(variables: [String] = [], isForced: Bool = false) {
            self.variables = variables
            self.isForced = isForced
        }
    }

    /// What is run.
    public var body: Body
    /// Beside what is inherited; later ones win.
    public var environment: [Variable] = []
    /// From the submit directory; made fresh. Nil: the submit directory itself.
    public var directory: String?
    /// A shell line that says whether a command can run on the engine at all: not if it fails.
    public var check: String?
    /// Shell lines run first in the same shell.
    public var setup: [String] = []
    /// The shell's words; empty for the engine's default. `-c` is added behind the shells known to take it.
    public var shell: [String] = []
    /// Nil: nothing to read.
    public var stdin: Input?
    /// Nil: captured.
    public var stdout: Output?
    /// Nil: captured.
    public var stderr: Output?
    /// Bytes kept of each captured stream; nil for the engine's default.
    public var outputLimitBytes: Int?
    /// Where the value comes from.
    public var result = Result.resultFile
    /// Files and directories that the task reads, from its directory, wildcards as in a shell; nil if that is
    /// not said.
    public var inputs: [String]?
    /// Likewise, what it leaves behind: it has not succeeded without them.
    public var outputs: [String] = []
    /// A task of which nothing has changed since it last succeeded is not run again.
    public var skipUnchanged: SkipUnchanged?
    /// The command is started as several ranks at once; nil: once.
    public var mpi: RankedLaunch?
    /// Makes the tasks an array, a task a point.
    public var sweep: Sweep?
    /// Parameters that each task's payload brings (a JSON object); not together with `sweep`.
    public var payloadParameters: [String] = []
    /// What a task is called; nil for the default (docs/batch-files.md, "Names").
    public var namePattern: String?
    /// Whether `{}` and `{n}` stand for parameters, as on the command line.
    public var hasPlaceholders = false
    /// A payload that every call of its function gets beside its own input: engines get it once, with the
    /// template. Empty for none.
    public var shared: [UInt8] = []

    /// A template with nothing but what it runs.
    public init(_ body: Body) { self.body = body }

    /// The parameters that its expressions may name, in order.
    public var parameters: [String] { sweep?.names ?? payloadParameters }
}
