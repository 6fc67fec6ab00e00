/// What one engine has of a list that is gathered.
///
/// Numbers stay in the message that brought them until all are there: so each is copied once.
enum GatheredPart<Element: Decodable & Sendable>: Sendable {
    case elements([Element])
    /// Numbers, as they lie in the value of a name.
    case numbers(count: Int, name: String, TaskOutcome)

    init(_ name: String, of outcome: TaskOutcome) throws(PayloadError) {
        self = try outcome.withValue { (payload) throws(PayloadError) in
            let place = try PayloadBundle.place(of: name, in: payload)
            if let numbers = try PayloadCodec.numbers(of: Element.self, in: place) {
                return .numbers(count: numbers.count / MemoryLayout<Element>.stride, name: name, outcome)
            }
            return .elements(try PayloadCodec.decode([Element].self, from: place))
        }
    }

    var count: Int {
        switch self {
        case .elements(let elements): elements.count
        case .numbers(let count, _, _): count
        }
    }

    /// All of them, one part behind the other.
    static func join(_ parts: [GatheredPart]) throws -> [Element] {
        let total = parts.reduce(0) { $0 + $1.count }
        return try [Element](unsafeUninitializedCapacity: total) { buffer, filled in
            for part in parts {
                let room = UnsafeMutableBufferPointer(rebasing: buffer[filled...])
                switch part {
                case .elements(let elements):
                    _ = room.initialize(fromContentsOf: elements)
                case .numbers(_, let name, let outcome):
                    try outcome.withValue { (payload) throws(PayloadError) in
                        let place = try PayloadBundle.place(of: name, in: payload)
                        guard let numbers = try PayloadCodec.numbers(of: Element.self, in: place) else {
                            return
                        }
                        UnsafeMutableRawBufferPointer(room).copyMemory(from: numbers)
                    }
                }
                filled += part.count
            }
        }
    }
}
