import Testing

@testable import FarmLaunch

struct RelaunchPolicyTests {
    @Test func `the first end is followed at once, the next ones ever later, and then no more`() {
        var policy = RelaunchPolicy()
        #expect(policy.pause(afterSeconds: 0.1) == 0)
        #expect(policy.pause(afterSeconds: 0.1) == 0.1)
        #expect(policy.pause(afterSeconds: 0.1) == 0.2)
        for _ in 4...8 { #expect(policy.pause(afterSeconds: 0.1) != nil) }
        #expect(policy.pause(afterSeconds: 0.1) == nil)
    }

    @Test func `one that has lived for a while has a first end again`() {
        var policy = RelaunchPolicy()
        for _ in 0..<5 { _ = policy.pause(afterSeconds: 0.1) }
        #expect(policy.pause(afterSeconds: 10) == 0)
    }
}
