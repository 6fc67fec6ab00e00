import TaskFarm
import Testing

@Suite struct PythonFunctionTests {
    private func text(_ function: PythonFunction) throws -> String {
        let payload = try function.payload()
        return String(decoding: payload.dropFirst(), as: UTF8.self)
    }

    @Test func `a text is a definition, an expression or a name, or it is refused`() throws {
        #expect(
            try text("lambda x: x") == #"{"name":"function","source":"function = lambda x: x\n"}"#)
        #expect(
            try PythonFunction("math.sqrt").payload() == [PayloadCodec.string.rawValue] + "math.sqrt".utf8)
        #expect(PythonFunction("math.sqrt").knownName == "math.sqrt")
        let definition = "@cache\ndef f(x):\n    def g(y): return y\n    return g(x)"
        #expect(PythonFunction(definition) == PythonFunction(name: "f", source: definition + "\n"))
        for text in ["", "1 + 1", "def f(x): x\ndef g(x): x", "x = 3"] {
            let error = #expect(throws: TaskClientError.self) { try PythonFunction(text).payload() }
            #expect(error?.code == .badInput)
        }
    }

    @Test func `a function that came from an engine goes back as it is`() throws {
        let function = PythonFunction("def f(x): return x")
        #expect(try PythonFunction(payload: function.payload()) == function)
        let compiled = [PayloadCodec.pythonFunction.rawValue] + Array(#"{"name":"f","marshal":"4w=="}"#.utf8)
        #expect(try PythonFunction(payload: compiled).payload() == compiled)
        #expect(throws: PayloadError.self) { try PythonFunction(payload: PayloadCodec.encode(3)) }
    }
}
