import Testing

/// The tests of the pages can fail: wrong pages, made up here, are found to be wrong.
@Suite struct CheckerTests {
    private func problems(_ text: String) throws -> [String] {
        try PageRun.problems(of: Page(path: "page.md", text: text)).0
    }

    @Test(.timeLimit(.minutes(1))) func `a right page has no problems`() throws {
        let page = """
            Text.
            <!-- file dir/numbers.txt -->
            ```text
            1
            22
            ```

            <!-- run -->
            ```sh
            cd dir
            count=$(wc -l < numbers.txt)
            ```
            <!-- run -->
            ```console
            $ echo "$count lines, pid $$, took 0.123 s"
            2 lines, pid 12345, took 9.876 s
            $ seq 1 9
            1
            …
            8
            9
            ```
            <!-- run exit=3 -->
            ```console
            $ echo one \\
              two; (exit 3)
            one two
            ```
            ```sh
            false # not marked, so not run
            ```
            """
        #expect(try problems(page) == [])
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("```sh\nfalse\n```", "ended with 1, not 0"),
            ("```console\n$ echo 1 of 2\n2 of 2\n```", "expected `2 of 2`, got `1 of 2`"),
            ("```console\n$ seq 3\n1\n2\n```", "got `3` beyond what is shown"),
            ("```console\n$ seq 2\n1\n2\n3\n```", "expected `3`, and nothing more came"),
            ("```console\n$ echo secret\n```", "got `secret` beyond what is shown"),
            ("```console\n$ seq 9\n…\n7\n```", "expected `7`, got `9`"),
            ("```console\n$ no-such-program\n…\n```", "ended with 127, not 0"),
        ])
    func `a page that says what is not so is found out`(block: String, problem: String) throws {
        let found = try problems("<!-- run -->\n" + block)
        #expect(found.count == 1)
        #expect(found.first?.contains(problem) == true, "\(found)")
    }

    @Test(arguments: [
        "<!-- run exit=x -->\n```sh\n```", "<!-- run -->\ntext", "<!-- file -->\n```\n```",
        "<!-- run -->\n```yaml\na: b\n```",
        "<!-- run -->\n```console\noutput\n```",
    ])
    func `a page that cannot be run is refused`(text: String) {
        #expect(throws: PageError.self) { try Page(path: "page.md", text: text).steps() }
    }

    @Test func `small numbers have to be right, others only to be there`() {
        #expect(Shape.of("12.3  64 ok") == Shape.of("12.3 64   ok"))
        #expect(Shape.of("64 succeeded") != Shape.of("63 succeeded"))
        #expect(Shape.of("12.3") != Shape.of("12.4"))
        #expect(Shape.of("pid 4711 at 14:03:59 in 0.2 s") == Shape.of("pid 123456 at 09:00:00 in 11 s"))
        #expect(Shape.of("ratio 5.547") == Shape.of("ratio 1.25"))
    }
}
