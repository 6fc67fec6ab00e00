import FarmTemplate
import Testing

@Suite struct ConditionRowTests {
    @Test(arguments: [
        ("n >= 64 and error < 1e-3", [JSONValue.number("64"), .number("0.0005")], true),
        ("n >= 64 and error < 1e-3", [.number("64"), .null], false),
        ("error == null", [.null], true),
        ("error != 1", [.null], true),
        ("state == 'failed' or ok == true", [.string("succeeded"), .bool(true)], true),
        ("text > 'a'", [.string("b")], true),
        ("text > 1", [.string("b")], false),
    ])
    func `a condition holds of rows as of points`(_ text: String, _ row: [JSONValue], _ holds: Bool) throws {
        #expect(try Condition(parsing: text).holds(of: row) == holds)
    }
}
