import FarmTemplate

/// The answer to `tasks`, of which there may be hundreds: read without `Codable`, ten times as fast.
struct TaskPage {
    /// Where the tasks come from, by the numbers of their groups.
    private let places: [Int: TaskPlace]
    private let tasks: [JSONValue]

    /// Nil if it is none.
    init?(_ body: [UInt8]) {
        guard let answer = try? JSONValue(parsing: body), case .array(let tasks)? = answer["tasks"],
            case .array(let groups)? = answer["groups"]
        else { return nil }
        var places: [Int: TaskPlace] = [:]
        for group in groups {
            guard let number = group["group"].flatMap({ Int($0.text) }),
                let template = group["template"].flatMap({ Int($0.text) })
            else { return nil }
            places[number] = TaskPlace(
                group: group["name"]?.stringValue ?? "", template: template, index: 0)
        }
        self.places = places
        self.tasks = tasks
    }

    /// The templates that its tasks come from.
    var templates: [Int] { places.values.map(\.template) }

    /// Nil if one of them cannot be read.
    func list(_ names: JobNames) -> [TaskStatus]? {
        var list: [TaskStatus] = []
        list.reserveCapacity(tasks.count)
        for task in tasks {
            guard let group = task["group"].flatMap({ Int($0.text) }), var place = places[group],
                let index = task["index"].flatMap({ UInt32($0.text) })
            else { return nil }
            place.index = index
            guard let status = TaskStatus(task, place, names) else { return nil }
            list.append(status)
        }
        return list
    }
}
