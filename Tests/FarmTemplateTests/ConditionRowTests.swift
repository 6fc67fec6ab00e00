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
        ("value.error < 1 and norms.l2-max == 2", [.number("0.5"), .number("2")], true),
    ])
    func `a condition holds of rows as of points`(_ text: String, _ row: [JSONValue], _ holds: Bool) throws {
        #expect(try Condition(ofRows: text).holds(of: row) == holds)
    }

    @Test(arguments: ["norms. == 1", "norms..l2 == 1", ".l2 == 1", "a.~ == 1"])
    func `what is no path is refused, and points of a sweep have none`(_ text: String) {
        #expect(throws: TemplateError.self) { try Condition(ofRows: text) }
        #expect(throws: TemplateError.self) { try Condition(parsing: "norms.l2 == 1") }
    }
}
