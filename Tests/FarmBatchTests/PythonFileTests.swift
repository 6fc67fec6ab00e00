import FarmBatch
import FarmTemplate
import Testing

/// `python:` in batch files.
@Suite struct PythonFileTests {
    private func body(_ text: String) throws -> PythonBody? {
        let batch = try read(text)
        guard case .python(let body) = batch.templates[0].body else { return nil }
        return body
    }

    @Test func `a text is code, and a line that ends in py a file`() throws {
        #expect(try body("tasks: {a: {python: report.py}}")?.file == "report.py")
        #expect(try body("tasks: {a: {python: 'x = 1'}}")?.code == "x = 1")
        #expect(
            try body("tasks:\n  a:\n    python: |\n      import report\n      report.py\n")?.code?.hasPrefix(
                "import") == true)
    }

    @Test func `a mapping says more`() throws {
        let body = try body(
            """
            defaults: {env: {A: b}, dir: x}
            tasks:
              a:
                sweep: {grid: {n: [1, 2]}}
                python:
                  code: y = n + k + ${{ n }}
                  push: {k: 3, n2: "${{ n }}"}
                  pull: [y, k]
                  clear-before: true
            """)
        #expect(body?.push == [JSONMember("k", .number("3")), JSONMember("n2", .string("${{ n }}"))])
        #expect(body?.pull == .names(["y", "k"]) && body?.clearsBefore == true && body?.clearsAfter == false)
    }

    @Test(arguments: [
        ("tasks: {a: {python: ''}}", "b.yaml:1:21: `python` is empty: write code, or name a file"),
        (
            "tasks: {a: {python: {cod: x}}}",
            "b.yaml:1:22: `cod` is not a key of `python`; did you mean “code”?"
        ),
        ("tasks: {a: {python: {code: x, file: y.py}}}", "b.yaml:1:37: there is `code` or `file`, not both"),
        (
            "tasks: {a: {python: {code: x, pull: [1x]}}}",
            "b.yaml:1:37: “1x” is no name of a variable: those have letters, digits and `_`, and no digit first"
        ),
        (
            "tasks: {a: {python: {code: x, pull: is}}}",
            "b.yaml:1:37: “is” is a word of Python's own, which no variable can be called; choose another name"
        ),
        ("tasks: {a: {python: x, run: y}}", "b.yaml:1:13: a task has `run` or `python`, not both"),
        (
            "tasks: {a: {python: x, with: {n: 1}}}",
            "b.yaml:1:24: `with` goes with `call`: Python gets its variables by `push`"
        ),
        (
            "tasks: {a: {python: x, dir: y}}",
            "b.yaml:1:24: `dir` goes with `run`: Python runs in its engine's kernel, which all its tasks share"
        ),
        (
            "tasks:\n  a:\n    python: |\n      x = 1\n      print('${{ index }}')\n",
            "b.yaml:5:14: a value cannot be put in safely here: it stands inside a Python string: a value becomes a literal, with its own quotes, so write it outside of the string; parameters are variables, too, as in f\"{n}\""
        ),
        (
            "tasks:\n  a:\n    python:\n      expression: ${{ m }} + 1\n",
            "b.yaml:4:19: nothing is called “m” here; known: name, index, task_id, job"
        ),
    ]) func `what makes no sense is told with its place`(_ text: String, _ problem: String) throws {
        let error = #expect(throws: BatchError.self) { try read(text) }
        #expect(
            error?.problems.map(\.description).contains(problem) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func `the engines' Python can be named`() throws {
        #expect(
            try read("engines: {python: ./venv/bin/python}\ntasks: {a: {python: x}}").engines?.python
                == "./venv/bin/python")
        #expect(throws: BatchError.self) { try read("engines: {python: ''}\ntasks: {a: {python: x}}") }
    }
}
