import Foundation
import Glibc
import Testing

/// `tasks multi` with real engines.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct MultiCommandTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func with(_ engines: Int, _ body: () throws -> Void) throws {
        try yard.ok("cluster", "start", "-n", "\(engines)", "--slots", "1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        try yard.eventually("all engines are there") {
            try yard.tasks("engine", "list", "-o", "json").objects().count == engines
        }
        try body()
    }

    @Test func `C52 exec, push, pull, scatter, gather, keys, reset and files by the command line`() throws {
        try with(3) {
            let hello = try yard.ok("multi", "exec", "print('Hello World')").output
            #expect(hello.components(separatedBy: "Out[1]: Hello World").count == 4, "\(hello)")
            try yard.ok("multi", "push", "a=1.5", "text=some words", "list=[1,2]")
            #expect(
                try yard.ok("multi", "pull", "text", "-t", "0,2").output
                    == "[0] \"some words\"\n[2] \"some words\"\n")
            #expect(try yard.ok("multi", "pull", "a", "-o", "json").output == "[1.5,1.5,1.5]\n")
            try yard.ok("multi", "scatter", "part=[1,2,3,4,5,6,7]")
            #expect(
                try yard.ok("multi", "pull", "part", "-o", "json").output == "[[1, 2, 3],[4, 5],[6, 7]]\n")
            #expect(try yard.ok("multi", "gather", "part").output == "[1,2,3,4,5,6,7]\n")
            try yard.write("helper.py", "answer = 42\n")
            let answer = try yard.ok(
                "multi", "exec", "-t", "2", "import helper; helper.answer", "-o", "jsonl")
            #expect(
                answer.output.contains("\"result\":\"42\""), "a module beside the caller: \(answer.output)")
            try yard.write(
                "code.py", "import array\nnumbers = array.array('d', [len(part), 0.5])\nprint(__name__)\n")
            try yard.ok("multi", "exec", "-f", "code.py")
            try yard.ok("multi", "gather", "numbers", "-o", "all.npy")
            try yard.ok("multi", "scatter", "again=@all.npy")
            #expect(
                try yard.ok("multi", "exec", "[float(v) for v in again]", "-t", "0", "-o", "jsonl").output
                    .contains("\"result\":\"[3.0, 0.5]\""))
            let several = try yard.tasks("multi", "pull", "numbers", "-o", "one.npy")
            #expect(several.code == 2 && several.errors.contains("tasks multi gather"))
            try yard.ok("multi", "pull", "numbers", "-t", "1", "-o", "one.npy")
            let piped = try yard.tasks(
                "multi", "exec", "-", "-t", "0", input: "for i in range(2):\n    print(i)\n7\n")
            #expect(piped.output.contains("Out[4]: 0\n1\n7\n"), "\(piped.output)")
            #expect(
                try yard.ok("multi", "keys", "-t", "0").output.contains(
                    "a again array i list numbers part text") == false)
            #expect(
                try yard.ok("multi", "keys", "-t", "0").output.contains("a again i list numbers part text"))
            try yard.ok("multi", "reset")
            #expect(try yard.ok("multi", "keys", "-o", "jsonl").output.contains("{\"engine\":2,\"keys\":[]}"))
        }
    }

    @Test func `C52 a list of numbers that was scattered is gathered into an array, as one is pulled`() throws
    {
        try with(3) {
            try yard.ok("multi", "scatter", "part=[1, 2.5, 3, -4e3]")
            try yard.ok("multi", "gather", "part", "-o", "all.npy")
            try yard.ok("multi", "push", "-t", "0", "back=@all.npy")
            #expect(
                try yard.ok("multi", "exec", "-t", "0", "-o", "jsonl", "[float(v) for v in back]").output
                    .contains("\"result\":\"[1.0, 2.5, 3.0, -4000.0]\""))
            try yard.ok("multi", "pull", "part", "-t", "0", "-o", "one.npy")
            try yard.ok("multi", "push", "-t", "0", "back=@one.npy")
            #expect(try yard.ok("multi", "pull", "-t", "0", "back").output == "[0] [1.0,2.5]\n")
            try yard.ok("multi", "scatter", "words=[1, \"x\", 3]")
            let words = try yard.tasks("multi", "gather", "words", "-o", "words.npy")
            #expect(
                words.code == 1 && words.errors.contains("expected an array of numbers"), "\(words.errors)")
            #expect(!yard.exists("words.npy"))
        }
    }

    @Test func `C52 a file is run as a script: it has a path, and only what it prints is shown`() throws {
        try with(2) {
            try yard.write("study.py", "print(__file__)\nready = 1\n'a value'\n")
            let ran = try yard.ok("multi", "exec", "-t", "1", "-f", "study.py").output
            let path = "\(yard.directory)/study.py"
            #expect(ran == "[1] In [1]: %run study.py\n[1] Out[1]: \(path)\n", "\(ran)")
            #expect(try yard.ok("multi", "pull", "-t", "1", "ready").output == "[1] 1\n")
            try yard.write("wrong.py", "def half(n):\n    return n / 0\n\nhalf(3)\n")
            let wrong = try yard.tasks("multi", "exec", "-t", "1", "-f", "wrong.py")
            #expect(wrong.code == 1 && wrong.errors.contains("    return n / 0"), "\(wrong.errors)")
            #expect(wrong.errors.contains("File \"\(yard.directory)/wrong.py\", line 4"), "\(wrong.errors)")
            let after = try yard.tasks("multi", "exec", "-t", "1", "__file__")
            #expect(after.code == 1 && after.errors.contains("NameError"), "it was that file's only")
        }
    }

    @Test(arguments: ["class=1", "a-b=1", "1x=3", "=3", "None=0"])
    func `what Python cannot call a variable is refused, and nothing is handed in`(_ argument: String) throws
    {
        try with(1) {
            for command in ["push", "scatter"] {
                let refused = try yard.tasks("multi", command, argument)
                #expect(refused.code == 2, "\(refused.errors)")
                let name = argument.prefix { $0 != "=" }
                #expect(refused.errors.contains("“\(name)” is"), "\(refused.errors)")
            }
            #expect(try yard.tasks("list", "-o", "json").objects().isEmpty)
        }
    }

    @Test func `C54 a failing engine ends exec with 1, and the others' results are printed`() throws {
        try with(2) {
            try yard.ok("multi", "scatter", "part=[0,1]")
            let ended = try yard.tasks("multi", "exec", "print('so far')\n1 / part[0]")
            #expect(ended.code == 1)
            #expect(
                ended.output.contains("[0] Out: so far") && ended.output.contains("[1] Out[1]: so far\n1.0"),
                "\(ended.output)")
            #expect(
                ended.errors.contains("[0:execute]:\nTraceback (most recent call last):"), "\(ended.errors)")
            #expect(ended.errors.contains("ZeroDivisionError: division by zero"))
            let json = try yard.tasks("multi", "exec", "1 / part[0]", "-o", "json")
            #expect(
                try json.code == 1
                    && json.objects().map { $0["error"] as? String } == ["ZeroDivisionError", nil])
        }
    }

    @Test func `C55 unknown engines, no list, unknown names and bad options are told apart`() throws {
        try with(1) {
            let unknown = try yard.tasks("multi", "exec", "-t", "5", "1")
            #expect(
                unknown.code == 2 && unknown.errors.contains("there is no engine 5; there are 0"),
                "\(unknown.errors)")
            let list = try yard.tasks("multi", "scatter", "x=5")
            #expect(list.code == 2 && list.errors.contains("`x` is no list"))
            let name = try yard.tasks("multi", "pull", "nothing")
            #expect(name.code == 1 && name.errors.contains("NameError"), "\(name.errors)")
            for arguments in [["-t", "a", "1"], [], ["1", "-f", "x"]] {
                let ended = try yard.start(["multi", "exec"] + arguments).wait()
                #expect(ended.code == 2, "\(arguments): \(ended.errors)")
            }
            #expect(try yard.tasks("multi", "push", "1x=3").code == 2)
            #expect(try yard.tasks("multi", "push", "x=@missing.json").code == 2)
            #expect(try yard.tasks("multi", "interrupt").code == 1, "nothing runs")
            let python = try yard.tasks("multi", "console", "--python", "/bin/false")
            #expect(python.code == 2 && python.errors.contains("/bin/false"), "\(python.errors)")
        }
        let capability = "\(yard.home)/farm/default/security/task-client.json"
        let role = try yard.tasks("multi", "exec", "--capability", capability, "1")
        #expect(role.code != 0)
    }

    @Test func `C53 an endless loop is interrupted by another command, and by Ctrl-C`() throws {
        try with(2) {
            for byCommand in [true, false] {
                let mark = "begun-\(byCommand)"
                let loop = try yard.start(["multi", "exec", yard.marking(mark) + "while True: pass"])
                try yard.eventually("both have begun") { yard.read(mark) == "xx" }
                if byCommand {
                    let status = try yard.ok("multi", "status", "-o", "jsonl").output
                    #expect(status.contains("{\"engine\":1,\"running\":1,\"queued\":0}"), "\(status)")
                    #expect(try yard.ok("multi", "interrupt").output == "2 commands interrupted\n")
                } else {
                    loop.signal(SIGINT)
                }
                let ended = try loop.wait()
                #expect(ended.code == 130 && ended.errors.contains("KeyboardInterrupt"), "\(ended.errors)")
            }
            try yard.ok("multi", "exec", "1")
        }
    }

    @Test func `C52 the console takes blocks, its own commands, and goes on after errors`() throws {
        try with(2) {
            let lines = """
                %targets 0:1
                def f(x):
                    return x + 1

                f(41)
                1 / 0
                %block off
                f(1)
                %result
                %result 2
                %nonsense
                %run
                %targets all
                %keys
                """
            let ended = try yard.tasks("multi", "console", input: lines)
            #expect(ended.code == 1, "something has failed")
            #expect(ended.output.contains("[0] Out[2]: 42\n"), "\(ended.output)")
            #expect(ended.errors.contains("ZeroDivisionError"))
            #expect(ended.output.contains("[1] on 0:1") && ended.output.contains("[0] Out[4]: 2\n"))
            #expect(
                ended.output.components(separatedBy: "[0] Out[2]: 42\n").count == 3,
                "%result 2 shows it again")
            #expect(ended.errors.contains("no command %nonsense"))
            #expect(ended.errors.contains("%run takes a file"))
            #expect(ended.output.contains("[0] f\n[1] \n"), "\(ended.output)")
            #expect(!ended.output.contains("\u{1B}"), "plain lines where there is no terminal")
            #expect(try yard.tasks("multi", "console", input: "1 + 1\n").code == 0)
        }
    }

    @Test func `the console on a terminal edits, completes, remembers, and Ctrl-C does not end it`() throws {
        try with(1) {
            try yard.write("drive.py", Self.driver)
            let ended = try yard.program("python3", ["drive.py", Farmyard.binary]).wait()
            #expect(ended.code == 0, "\(ended.output) \(ended.errors)")
            let history = try String(
                contentsOfFile: "\(yard.home)/farm/default/multi-history", encoding: .utf8)
            #expect(history.contains("variable = 12345\n") && history.contains("while True: pass\n"))
        }
    }

    /// Types into a terminal and waits for what comes back.
    private static let driver = #"""
        import os, pty, select, sys, time
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(sys.argv[1], [sys.argv[1], "multi", "console"])
        seen = b""
        def expect(text, seconds=30):
            global seen
            end = time.time() + seconds
            while text not in seen:
                if time.time() > end or not select.select([terminal], [], [], 1)[0] and time.time() > end:
                    sys.exit("did not come: %r; came: %r" % (text, seen))
                if select.select([terminal], [], [], 0.1)[0]:
                    try:
                        seen += os.read(terminal, 65536)
                    except OSError:
                        sys.exit("ended before %r; came: %r" % (text, seen))
            seen = seen[seen.index(text) + len(text):]
        def type(text):
            os.write(terminal, text)
        expect(b"[all] >>> ")
        type(b"variabel = 12345\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x7f\x7fle\r")
        expect(b"In [1]: variable = 12345")
        expect(b"[all] >>> ")
        type(b"vari\t")
        expect(b"variable")
        type(b"\r")
        expect(b"Out[2]: 12345")
        expect(b"[all] >>> ")
        type(b"while True: pass\r")
        time.sleep(1)
        type(b"\x03")
        expect(b"KeyboardInterrupt")
        expect(b"[all] >>> ")
        type(b"\x1b[A\x1b[A\r")
        expect(b"Out[4]: 12345")
        expect(b"[all] >>> ")
        type(b"\x1b[200~for i in range(2):\n\tprint('pasted', i)\n\nprint('after')\n\x1b[201~\r")
        expect(b"pasted 0\r\npasted 1\r\nafter")
        expect(b"[all] >>> ")
        type("漢字".encode())
        expect("[all] >>> 漢字\r\x1b[14C".encode())
        type(b"\x15given up\x03")
        expect(b"[all] >>> ")
        type(b"\x04")
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """#
}
