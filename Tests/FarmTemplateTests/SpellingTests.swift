import FarmTemplate
import Testing

@Suite struct SpellingTests {
    @Test(arguments: [
        ("tiemout", "timeout"), ("retyr", "retry"), ("need", "needs"), ("Run", "run"), ("enviroment", nil),
        ("x", nil),
        ("", nil), ("stdotu", "stdout"),
    ])
    func `the nearest word is found if it is near enough`(_ word: String, _ wanted: String?) {
        #expect(
            Spelling.nearest(word, in: ["run", "timeout", "retry", "needs", "stdout", "stderr"]) == wanted)
    }
}
