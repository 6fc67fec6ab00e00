import FarmTransport
import Synchronization

/// What the tasks of one job are called and which parameters they have, worked out by the client when
/// somebody asks: the controller keeps templates and compiles none.
///
/// Memory: the templates that were asked for, and up to 1,024 of them compiled. A name costs about a
/// microsecond.
package final class JobNames: Sendable {
    /// A template made ready for a group; behind a reference, since it has many parts.
    private final class Ready: Sendable {
        let template: CompiledTemplate
        let parameters: [String]

        init(_ template: CompiledTemplate, _ parameters: [String]) {
            (self.template, self.parameters) = (template, parameters)
        }
    }

    private struct Key: Hashable {
        var group: String
        var template: Int
    }

    private struct State {
        /// By number; nil for one that is not there any more, or cannot be read here.
        var templates: [Int: TaskTemplate?] = [:]
        var ready: [Key: Ready?] = [:]
        /// The one that was asked for last: tasks are looked at in the order of their groups.
        var last: (key: Key, ready: Ready?)?
    }

    private static let mostReady = 1_024

    let job: JobID
    /// The controller's incarnation: another one may give the same number to another job.
    let epoch: UInt32
    private let state = Mutex(State())

    init(job: JobID, epoch: UInt32) {
        self.job = job
        self.epoch = epoch
    }

    /// Whether a template was fetched.
    func has(_ number: Int) -> Bool { state.withLock { $0.templates.keys.contains(number) } }

    func put(_ template: TaskTemplate?, number: Int) {
        state.withLock { $0.templates[number] = .some(template) }
    }

    /// The parameters of a template's tasks, in order: of its sweep, or of what comes with each task.
    package func parameterNames(_ template: Int) -> [String] {
        state.withLock { $0.templates[template].flatMap { $0 }?.parameters ?? [] }
    }

    /// A task's name; its group's where the template is not to be had.
    package func name(of task: TaskID, at place: TaskPlace) -> String {
        guard let ready = ready(place) else { return place.group }
        do throws(TemplateError) {
            return try ready.template.nameAndPoint(task: task, index: place.index).name
        } catch {
            return place.group
        }
    }

    /// A task's parameters in their order: its point of a sweep, or what came with it; none without either.
    ///
    /// - Parameter given: see `TaskOutcome.givenParameters`.
    package func parameters(
        at place: TaskPlace, given: [UInt8] = []
    ) -> [(name: String, value: ParameterValue)] {
        guard let template = ready(place)?.template else { return [] }
        return given.isEmpty ? template.point(place.index) : template.point(given: given)
    }

    private func ready(_ place: TaskPlace) -> Ready? {
        let key = Key(group: place.group, template: place.template)
        return state.withLock { state in
            if let last = state.last, last.key == key { return last.ready }
            let found: Ready?
            if let known = state.ready[key] {
                found = known
            } else {
                found = Self.compile(state.templates[place.template].flatMap { $0 }, place.group)
                if state.ready.count >= Self.mostReady { state.ready.removeAll() }
                state.ready[key] = .some(found)
            }
            state.last = (key, found)
            return found
        }
    }

    /// Both of them, for half of what they cost one by one: the parameters' names, and their values.
    package func row(
        of task: TaskID, at place: TaskPlace, given: [UInt8]
    ) -> (name: String, parameters: [String], values: [ParameterValue]) {
        guard let ready = ready(place) else { return (place.group, [], []) }
        do throws(TemplateError) {
            let (name, values) = try ready.template.nameAndPoint(task: task, index: place.index)
            if !given.isEmpty {
                let point = ready.template.point(given: given)
                return (name, point.map(\.name), point.map(\.value))
            }
            return (name, values.isEmpty ? [] : ready.parameters, values)
        } catch {
            return (place.group, [], [])
        }
    }

    private static func compile(_ template: TaskTemplate?, _ group: String) -> Ready? {
        guard let template else { return nil }
        do throws(TemplateError) {
            return Ready(
                try CompiledTemplate(template, name: group, surroundings: Surroundings(directory: "/")),
                template.sweep?.names ?? [])
        } catch {
            return nil
        }
    }
}
