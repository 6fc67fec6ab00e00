/// What is done under a task's own id when all its tries have failed, before it counts as failed.
public struct TaskRecovery: Sendable {
    /// What is done.
    public var template: TaskTemplate
    /// How often it is tried again, by cause.
    public var retry: RetryPolicy
    /// How long an attempt may run; nil for no limit.
    public var timeout: Duration?
    /// From TERM to KILL when it is stopped.
    public var grace: Duration

    /// Any template without a sweep.
    public init(
        _ template: TaskTemplate, retry: RetryPolicy = RetryPolicy(), timeout: Duration? = nil,
        grace: Duration = .seconds(5)
    ) {
        self.template = template
        self.retry = retry
        self.timeout = timeout
        self.grace = grace
    }

    /// Another function, which gets the task's own input and whose value counts as the task's: so both are of
    /// the types of the task's function.
    public init<Function: TaskFunction>(
        _ function: Function.Type, retry: RetryPolicy = RetryPolicy(), timeout: Duration? = nil,
        grace: Duration = .seconds(5)
    ) {
        self.init(
            TaskTemplate(.function(function.name, with: nil)), retry: retry, timeout: timeout, grace: grace)
    }

    /// A program with its arguments, as they are.
    public init(
        command: [String], retry: RetryPolicy = RetryPolicy(), timeout: Duration? = nil,
        grace: Duration = .seconds(5)
    ) {
        self.init(
            TaskTemplate(.arguments(command.map { TaskTemplate.literal($0) })), retry: retry,
            timeout: timeout, grace: grace)
    }

    /// A line for the shell.
    public init(
        shell line: String, retry: RetryPolicy = RetryPolicy(), timeout: Duration? = nil,
        grace: Duration = .seconds(5)
    ) {
        self.init(TaskTemplate(.shell(line)), retry: retry, timeout: timeout, grace: grace)
    }

    /// It is run in a directory, with an environment.
    var isCommand: Bool {
        if case .function = template.body { false } else { true }
    }
}
