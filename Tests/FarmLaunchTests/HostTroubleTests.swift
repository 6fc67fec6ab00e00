import FarmProcess
import Testing

@testable import FarmLaunch

/// What an ssh that has ended means.
struct HostTroubleTests {
    private func trouble(_ code: Int32, _ lines: [String], wasReady: Bool = false) -> HostTrouble {
        HostTrouble(.exited(code), lines: lines, host: "node7", program: "/opt/tasks", wasReady: wasReady)
    }

    @Test(arguments: [
        ("Host key verification failed.", "its host key is not known", true),
        ("ada@node7: Permission denied (publickey).", "it lets nobody in", true),
        (
            "ssh: Could not resolve hostname node7: Name or service not known",
            "there is no host of that name", true
        ),
        ("command-line: line 0: Bad configuration option: nonsense", "ssh takes its options for wrong", true),
        ("ssh: connect to host node7 port 22: Connection refused", "it cannot be reached", false),
        ("ssh: connect to host node7 port 22: Connection timed out", "it cannot be reached", false),
    ])
    func `what trying again would not change is told from what it may`(
        _ line: String, _ words: String, _ isFinal: Bool
    ) {
        let trouble = trouble(255, ["warning: something", line])
        #expect(trouble.words.hasPrefix(words), "\(trouble.words)")
        #expect(trouble.isFinal == isFinal)
    }

    @Test func `a connection that was there and is lost is tried again`() {
        let lost = trouble(255, ["Timeout, server node7 not responding."], wasReady: true)
        #expect(lost.words.hasPrefix("the connection is lost: Timeout") && !lost.isFinal)
    }

    @Test func `a host without the program is given up, and so is one that ends at once`() {
        let missing = trouble(127, ["bash: line 1: exec: /opt/tasks: not found"])
        #expect(missing.words.hasPrefix("there is no program /opt/tasks there") && missing.isFinal)
        #expect(trouble(126, []).isFinal && trouble(2, ["tasks: no"]).isFinal)
        #expect(!trouble(1, [], wasReady: true).isFinal)
    }
}
