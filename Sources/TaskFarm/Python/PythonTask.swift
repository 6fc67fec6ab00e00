import Foundation

/// A task in Python: sets variables, runs code in the kernel of whichever engine takes it, and gives back
/// what is asked for.
///
/// ```swift
/// let task = PythonTask("b = a * 2", push: ["a": 21], pull: ["b"])
/// let outcome = try await farm.submit(task).outcome
/// try outcome.raiseIfFailed()
/// let b: Int = try outcome.ns["b"]
/// ```
/// All tasks of an engine share its kernel, and run in it one after the other. What one leaves in the
/// namespace the next one finds, unless it is cleared. Tries, dependencies and recoveries are said by
/// ``TaskOptions``, as for any task.
public struct PythonTask: Sendable {
    /// The code to run; nil to run none.
    public var code: String?
    /// A file to run instead, from the submit directory, read on the engine when the task runs.
    public var file: String?
    /// Variables that are set before.
    public var push: [String: any Encodable & Sendable]
    /// Variables whose values come back, by ``TaskOutcome/ns``.
    public var pull: [String]
    /// Its value is the task's; not together with `pull`.
    public var expression: String?
    /// The namespace is emptied before.
    public var clearBefore: Bool
    /// The namespace is emptied after, also when the task fails.
    public var clearAfter: Bool

    /// Code to run.
    public init(
        _ code: String, push: [String: any Encodable & Sendable] = [:], pull: [String] = [],
        clearBefore: Bool = false, clearAfter: Bool = false
    ) {
        self.code = code
        self.push = push
        self.pull = pull
        self.clearBefore = clearBefore
        self.clearAfter = clearAfter
    }

    /// A file to run.
    public init(
        file: String, push: [String: any Encodable & Sendable] = [:], pull: [String] = [],
        clearBefore: Bool = false, clearAfter: Bool = false
    ) {
        self.init("", push: push, pull: pull, clearBefore: clearBefore, clearAfter: clearAfter)
        (code, self.file) = (nil, file)
    }

    /// An expression, whose value is the task's: `PythonTask(expression: "1 + 1")`.
    public init(
        expression: String, push: [String: any Encodable & Sendable] = [:],
        clearBefore: Bool = false, clearAfter: Bool = false
    ) {
        self.init("", push: push, clearBefore: clearBefore, clearAfter: clearAfter)
        (code, self.expression) = (nil, expression)
    }

    /// The template, without what is pushed.
    var template: TaskTemplate { TaskTemplate(.python(body)) }

    /// What is done, without what is pushed.
    var body: PythonBody {
        var body = PythonBody()
        body.code = code.map(Self.literal)
        body.file = file.map { TaskTemplate.literal($0) }
        body.expression = expression.map(Self.literal)
        if !pull.isEmpty { body.pull = .names(pull) }
        (body.clearsBefore, body.clearsAfter) = (clearBefore, clearAfter)
        return body
    }

    /// Code in which nothing is expanded.
    private static func literal(_ code: String) -> String {
        code.contains("${{") ? code.replacingOccurrences(of: "${{", with: "${{ '${{' | raw }}") : code
    }

    /// What is pushed, as the task's payload; no bytes for nothing.
    static func payload(_ values: [String: any Encodable & Sendable]) throws(TaskClientError) -> [UInt8] {
        if values.isEmpty { return [] }
        var bundle = PayloadBundle()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            if let problem = PythonName.problem(name) {
                throw TaskClientError(.badInput, "a Python task pushes a variable: \(problem)")
            }
            do throws(PayloadError) { try bundle.set(value, for: name) } catch {
                throw TaskClientError(.badInput, "the variable `\(name)`: \(error)")
            }
        }
        return [PayloadCodec.bytes.rawValue] + bundle.encoded()
    }
}
