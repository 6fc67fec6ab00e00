import Testing

@testable import TaskFarm

/// What is said of a task whose engine was lost.
@Suite struct LossWordsTests {
    private func words(_ attempt: UInt32, _ engine: EngineID) -> String {
        let entry = OutcomeEntry(
            kind: .terminal, task: TaskID(JobID(1), 0), state: .failed, cause: .engineLost, attempt: attempt,
            engine: engine)
        return AttemptText.error(entry, [])
    }

    @Test func `the engine is named, whether the attempt is known or not`() {
        #expect(words(2, EngineID(3)) == "engine 3 was lost while it ran")
        let unknown = words(0, EngineID(3))
        #expect(unknown.hasPrefix("engine 3 did not come back") && unknown.contains("nothing in a lane"))
        #expect(words(0, .none) == "the engine in whose lane it waited is gone for good")
    }
}
