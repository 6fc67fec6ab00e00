import FarmTransport
import TaskFarm

/// The fields of tasks' values, in the order in which the first tasks have them, however the tasks come.
struct ValueFields {
    /// Columns that a table has at most; JSON has them all.
    private static let most = 1_000

    /// Of each field the first task that has it, and its place there; nil stands for values that are no
    /// objects.
    private var places: [String?: (task: Int, position: Int)] = [:]
    /// Some were left out.
    private(set) var isCut = false

    mutating func note(_ value: JSONValue, of task: Int) {
        switch value {
        case .null: break
        case .object(let members):
            for (position, member) in members.enumerated() { note(member.key, task, position) }
        default: note(nil, task, 0)
        }
    }

    private mutating func note(_ field: String?, _ task: Int, _ position: Int) {
        if let known = places[field] {
            if (task, position) < (known.task, known.position) { places[field] = (task, position) }
        } else if places.count < Self.most {
            places[field] = (task, position)
        } else {
            isCut = true
        }
    }

    var ordered: [String?] {
        places.sorted { ($0.value.task, $0.value.position) < ($1.value.task, $1.value.position) }.map(\.key)
    }
}
