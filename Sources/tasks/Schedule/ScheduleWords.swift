import FarmSchedule
import FarmTemplate
import FarmTransport
import TaskFarm

/// How schedules and their moments are written.
enum ScheduleWords {
    /// The zone of a schedule; UTC where its name is not known here.
    static func zone(_ name: String) -> ZoneRules { ZoneDatabase.zone(name) ?? .utc }

    /// `2026-11-24 02:00:00+01:00`, by the zone's clocks.
    static func moment(_ moment: Instant, _ zone: ZoneRules) -> String {
        iso(moment, zone).replacing("T", with: " ")
    }

    /// `2026-11-24T02:00:00+01:00`.
    static func iso(_ moment: Instant, _ zone: ZoneRules) -> String {
        zone.text(moment.nanoseconds / 1_000_000_000)
    }

    /// For a table: null for nil.
    static func cell(_ moment: Instant?, _ zone: ZoneRules, _ forPeople: Bool) -> JSONValue {
        moment.map { .string(forPeople ? Self.moment($0, zone) : iso($0, zone)) } ?? .null
    }

    /// Enables or disables schedules, and says so.
    static func set(_ names: [String], _ farm: FarmOptions, enabled: Bool) async throws {
        let client = try await farm.connect()
        for name in names {
            let word = enabled ? "enabled" : "disabled"
            if try await client.setSchedule(name, enabled: enabled) {
                Terminal.write("schedule \(name): \(word)\n")
            } else {
                Terminal.say("schedule \(name): \(word) already")
            }
        }
        await client.close()
    }
}
