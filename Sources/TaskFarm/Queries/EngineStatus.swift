/// An engine of the farm, at one moment.
public struct EngineStatus: Sendable, Decodable, Identifiable {
    /// Its number.
    public let id: EngineID
    /// Its name.
    public let name: String
    /// The host it runs on.
    public let host: String
    /// Its process there.
    public let pid: Int
    /// Attempts that it runs at once.
    public let slots: Int
    /// CPUs that it offers.
    public let cpus: Int
    /// Attempts that it holds, in a slot or before it.
    public let load: Int
    /// `attached`, or why it is not: `disconnected`, `away`, `expected`.
    public let presence: String
    /// Whether it takes nothing new.
    public let isDraining: Bool
    /// Attempts that have ended there.
    public let endedCount: Int
    /// The tasks it holds.
    public let tasks: [TaskID]

    private enum CodingKeys: String, CodingKey {
        case id, name, host, pid, slots, cpus, load, presence, draining, ended, tasks
    }

    /// Reads one of the answers to `engines`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = EngineID(try values.decode(UInt32.self, forKey: .id))
        name = try values.decode(String.self, forKey: .name)
        host = try values.decode(String.self, forKey: .host)
        pid = try values.decode(Int.self, forKey: .pid)
        slots = try values.decode(Int.self, forKey: .slots)
        cpus = try values.decode(Int.self, forKey: .cpus)
        load = try values.decode(Int.self, forKey: .load)
        presence = try values.decode(String.self, forKey: .presence)
        isDraining = try values.decode(Bool.self, forKey: .draining)
        endedCount = try values.decode(Int.self, forKey: .ended)
        tasks = try values.tasks(.tasks)
    }
}

struct EngineList: Decodable {
    var engines: [EngineStatus]
}
