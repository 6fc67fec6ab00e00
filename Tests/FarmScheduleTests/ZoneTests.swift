import Foundation
import Testing

@testable import FarmSchedule

/// Zones against what the system's own `date` says of the same database.
@Suite(.timeLimit(.minutes(5)))
struct ZoneTests {
    static let zones = [
        "Europe/Berlin", "Europe/Dublin", "Europe/London", "America/New_York", "America/Sao_Paulo",
        "America/St_Johns", "America/Nuuk", "America/Caracas", "Asia/Kolkata", "Asia/Kathmandu",
        "Asia/Tehran",
        "Asia/Gaza", "Asia/Jerusalem", "Asia/Pyongyang", "Africa/Casablanca", "Africa/Cairo",
        "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Apia", "Pacific/Kiritimati",
        "Pacific/Kwajalein",
        "Pacific/Chatham", "Antarctica/Troll", "Etc/GMT+12", "UTC",
    ]

    @Test(arguments: zones)
    func `offsets are those of the system, from 1900 to 2100`(_ name: String) throws {
        let zone = try #require(ZoneDatabase.zone(name))
        var random = SplitMix(seed: 7)
        var moments = (0..<600).map { _ in
            Int64.random(in: Moment.of("1900-01-01")..<Moment.of("2100-01-01"), using: &random)
        }
        // Around each change of forty years.
        var moment = Moment.of("2000-01-01")
        while moment < Moment.of("2040-01-01") {
            let span = zone.span(at: moment)
            guard span.end < Moment.of("2040-01-01") else { break }
            moments += [span.end - 1, span.end]
            moment = span.end
        }
        let told = try Self.offsets(name, moments)
        for (moment, expected) in zip(moments, told) {
            #expect(zone.offset(at: moment) == expected, "\(name) at \(moment)")
        }
    }

    private static func offsets(_ zone: String, _ moments: [Int64]) throws -> [Int64] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["TZ=\(zone)", "date", "--file=-", "+%::z"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // Less than a pipe holds.
        try input.fileHandleForWriting.write(contentsOf: Data(moments.map { "@\($0)\n" }.joined().utf8))
        try input.fileHandleForWriting.close()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map { line in
            let parts = line.dropFirst().split(separator: ":").map { Int64($0)! }
            return (line.hasPrefix("-") ? -1 : 1) * (parts[0] * 3_600 + parts[1] * 60 + parts[2])
        }
    }

    @Test func `every zone of the database can be read, and paths are none`() throws {
        let names = ZoneDatabase.names
        #expect(names.count > 300)
        for name in names { #expect(ZoneDatabase.zone(name) != nil, "\(name)") }
        for name in [
            "", "/etc/localtime", "../zoneinfo/UTC", "Europe", "Europe/Berlin/", "Europe//Berlin",
            "Nowhere/Here", "right/Europe/Berlin", "posix/UTC", "posixrules", "localtime", "tzdata.zi",
        ] {
            #expect(ZoneDatabase.zone(name) == nil, "\(name)")
        }
    }

    @Test func `no bytes make the reader of zones trap`() throws {
        let good = Array(try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Berlin")))
        #expect(ZoneRules("x", tzif: good) != nil)
        var random = SplitMix(seed: 3)
        for round in 0..<4_000 {
            var bytes = good
            if round % 2 == 0 { bytes.removeLast(Int.random(in: 1...bytes.count, using: &random)) }
            for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            // What is taken may be any zone, and can be asked.
            if let zone = ZoneRules("x", tzif: bytes) {
                for moment in [Int64.min / 4, -1, 0, 1_790_000_000, 1 << 40] { _ = zone.offset(at: moment) }
            }
        }
    }

    @Test(arguments: [
        ("EST5EDT,M3.2.0,M11.1.0", "2050-07-01", -14_400), ("EST5EDT,M3.2.0,M11.1.0", "2050-12-01", -18_000),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2050-07-01", -3_600),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2050-01-10", 0),
        ("XXX-2<+01>-1,0/0,J365/23", "2051-06-01", 3_600), ("<+0330>-3:30", "2050-07-01", 12_600),
        ("AAA0BBB,J60/2,J300/2", "2052-03-01", 3_600),
    ])
    func `what POSIX says of the years to come is understood`(_ text: String, _ day: String, _ offset: Int64)
        throws
    {
        let zone = try #require(PosixZone(text))
        #expect(zone.span(at: Moment.of("\(day)T12:00:00")).offset == offset)
    }

    @Test(arguments: [
        "", "X5", "EST", "EST5EDT", "EST5EDT,M13.1.0,M1.1.0", "EST5EDT,M3.2.0", "EST25", "<+03",
    ])
    func `what is no POSIX zone is none`(_ text: String) { #expect(PosixZone(text) == nil) }
}
