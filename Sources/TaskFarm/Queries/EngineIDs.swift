import FarmTransport

/// The numbers of a farm's engines, at one moment.
public struct EngineIDs: Sendable, Hashable, Decodable {
    /// Of those that are there, rising.
    public let attached: [EngineID]
    /// Of those that are away and may come back.
    public let others: [EngineID]

    private enum CodingKeys: String, CodingKey { case attached, others }

    /// Reads the answer to `engine-ids`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        attached = try values.decode([UInt32].self, forKey: .attached).sorted().map { EngineID($0) }
        others = try values.decode([UInt32].self, forKey: .others).map { EngineID($0) }
    }
}
