/// A schedule that was added.
public struct AddedSchedule: Sendable, Decodable {
    /// As it is now.
    public let schedule: ScheduleStatus
    /// There was none of this name.
    public let isNew: Bool
    /// It outlives the controller.
    public let isDurable: Bool

    private enum CodingKeys: String, CodingKey {
        case new, durable
    }

    /// Reads the answer to `schedule add`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        isNew = try values.decode(Bool.self, forKey: .new)
        isDurable = try values.decode(Bool.self, forKey: .durable)
        schedule = try ScheduleStatus(from: decoder)
    }
}
