import FarmBatch
import FarmTemplate
import Testing

@Suite struct SchemaTests {
    @Test(arguments: [
        ("on", JSONValue.string("on")), ("no", .string("no")), ("yes", .string("yes")),
        ("off", .string("off")),
        ("12:00:00", .string("12:00:00")), ("0755", .string("0755")), ("0o755", .number("493")),
        ("0x1F", .number("31")),
        ("true", .bool(true)), ("True", .bool(true)), ("FALSE", .bool(false)), ("tRue", .string("tRue")),
        ("~", .null),
        ("null", .null), ("", .null), ("64", .number("64")), ("-64", .number("-64")), ("+64", .number("64")),
        ("0", .number("0")), ("-0", .number("-0")), ("0.10", .number("0.10")), (".5", .number("0.5")),
        ("1.", .number("1")), ("1e-3", .number("1e-3")), ("1E5", .number("1E5")),
        ("+1.5e+3", .number("1.5e+3")),
        (".inf", .string(".inf")), (".nan", .string(".nan")), ("1_000", .string("1_000")),
        ("0b11", .string("0b11")),
        ("1.2.3", .string("1.2.3")), ("2024-01-01", .string("2024-01-01")), ("00.5", .string("00.5")),
        ("+", .string("+")), (".", .string(".")), ("1e", .string("1e")), ("0x", .string("0x")),
        ("0o8", .string("0o8")), ("12e03", .number("12e03")), ("'5'", .string("5")),
        ("\"true\"", .string("true")),
        ("!!str 5", .string("5")), ("0xFFFFFFFFFFFFFFFFFF", .string("0xFFFFFFFFFFFFFFFFFF")),
        ("=", .string("=")),
    ])
    func `plain scalars are what YAML 1.2's core schema says`(_ text: String, _ value: JSONValue) throws {
        let batch = try read("tasks:\n  a:\n    call: f\n    with:\n      - \(text)\n")
        #expect(batch.templates[0].body == .function("f", with: .array([value])))
    }

    @Test(arguments: [
        ("90", 90.0), ("90s", 90), ("1.5h", 5_400), ("1h30m", 5_400), ("2d", 172_800), ("500ms", 0.5),
        ("1m30s", 90),
        ("00:00:01", 1), ("100:00:00", 360_000), ("1h1m1s1ms", 3_661.001), ("0", 0), ("0.25", 0.25),
    ])
    func `durations are read`(_ text: String, _ seconds: Double) {
        #expect(Quantity.nanoseconds(text) == Int64(seconds * 1e9))
    }

    @Test(arguments: [
        "", "-1", "1h-30m", "30m1h", "1h1h", "1:30", "1:2:3", "00:60:00", "00:00:60", "1w", "s", "h1", "1 h",
        "1e3",
        "inf", "nan", "36501d", "99999999999999999999", ".5", "5.", "1h30", "+1", "::", "-1:00:00", "1.2.3s",
    ])
    func `what is no duration is refused`(_ text: String) {
        #expect(Quantity.nanoseconds(text) == nil)
    }

    @Test(arguments: [
        ("0", 0), ("65536", 65_536), ("64KiB", 65_536), ("1.5MB", 1_500_000), ("2G", 2 << 30), ("1x", nil),
        ("-1", nil),
        ("", nil), ("9999999GiB", nil), ("1.5.1", nil),
    ])
    func `sizes are read`(_ text: String, _ bytes: Int?) {
        #expect(Quantity.bytes(text) == bytes)
    }
}
