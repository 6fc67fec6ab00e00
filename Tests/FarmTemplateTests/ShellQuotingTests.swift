import FarmTemplate
import Foundation
import Testing

/// Runs a shell line and returns what it printed.
private func bash(_ line: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = URL(fileURLWithPath: NSTemporaryDirectory())
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return [UInt8](data)
}

private func rendered(_ line: String, _ value: String) throws -> String {
    var template = TaskTemplate(.shell(line))
    template.sweep = try Sweep(.values(name: "x", [ParameterValue(.string(value))]))
    let compiled = try CompiledTemplate(template, name: "t", surroundings: Surroundings(directory: "/"))
    guard case .shell(let line, _, _) = try compiled.render(task: TaskID(JobID(1), 0), index: 0).body else {
        throw TemplateError(.badBody, "no shell line")
    }
    return line
}

@Suite struct ShellQuotingTests {
    static let attacks = [
        "", " ", "a b", "'", "''", "\"", "\\", "\\'", "$HOME", "$(echo pwned)", "`echo pwned`",
        "; echo pwned", "a\nb",
        "a'b\"c", "'; echo pwned; '", "\"; echo pwned; \"", "$'x'", "*", "~", "-n", "!x", "a#b", "# x",
        "&& echo pwned",
        "{a,b}", "<(echo)", "\t", "EOF\necho pwned", "ä🚀", "a=b", "\\n", "%s", "x'$(echo pwned)'\"y\"", "|",
        ">f",
        "$((1+1))", "${HOME}", "\\\\", "a\\", "x;", "\r",
    ]
    static let places = [
        "printf '%s' ${{ x }}", "printf '%s' \"${{ x }}\"", "printf '%s' '${{ x }}'",
        "printf %s \"\"${{x}}''",
        "y=$(printf '%s.' ${{ x }}); printf '%s' \"${y%.}\"",
        "y=\"$(printf '%s.' \"${{ x }}\")\"; printf '%s' \"${y%.}\"",
        "# ${{ x }} 'odd\nprintf '%s' ${{ x }}", "y=${{ x }}\nprintf '%s' \"$y\"",
        "cat <<'END' >/dev/null\nit's \"open\nEND\nprintf '%s' ${{ x }}", "(printf '%s' ${{ x }}) # it's",
        "if [ $((1+1)) = 2 ]; then printf '%s' ${{ x }}; fi", "printf '%s' \"${HOME:+}${{ x }}\"",
        "a=b; printf '%s' \"${a#b}${{ x }}\"", "a=1; printf '%s' \"${{ x }}\" | cat",
    ]

    @Test(.timeLimit(.minutes(2)), arguments: places)
    func `a value comes through the shell as itself`(_ place: String) throws {
        for attack in Self.attacks {
            let line = try rendered(place, attack)
            #expect(try bash(line) == Array(attack.utf8), "value \(attack.debugDescription) in \(line)")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `random values come through the shell as themselves`() throws {
        var random = SystemRandomNumberGenerator()
        let letters = Array("a'\"\\$`(){}<>|&;#*? \t\n!~=-%0EOF")
        for _ in 0..<40 {
            let value = String(
                (0..<Int.random(in: 1...24, using: &random)).map { _ in
                    letters.randomElement(using: &random)!
                })
            for place in Self.places.prefix(5) {
                let line = try rendered(place, value)
                #expect(try bash(line) == Array(value.utf8), "value \(value.debugDescription) in \(line)")
            }
        }
    }

    @Test func `plain values stay as they are`() throws {
        #expect(try rendered("./solve --n ${{ x }}", "64") == "./solve --n 64")
        #expect(try rendered("./solve \"${{ x }}.txt\"", "a/b-1.0") == "./solve \"a/b-1.0.txt\"")
        #expect(
            try rendered("echo $HOME ${HOME:-x} $((1+2)) $(ls) ${{ x }}", "1")
                == "echo $HOME ${HOME:-x} $((1+2)) $(ls) 1")
        #expect(try rendered("echo $a${{ x }}", "b") == "echo $a'b'")
        #expect(try rendered("${{ x | raw }}", "a b; c") == "a b; c")
        #expect(try rendered("echo $(( ${{ x }} * 2 ))", "21") == "echo $(( 21 * 2 ))")
    }

    @Test func `only numbers are put into arithmetic`() throws {
        let error = #expect(throws: TemplateError.self) { try rendered("echo $(( ${{ x }} ))", "a[$(id)]") }
        #expect(error?.code == .badValue)
    }

    @Test(arguments: [
        "echo $${{ x }}", "echo \\${{ x }}", "echo `echo ${{ x }}`", "cat <<EOF\n${{ x }}\nEOF\n",
        "echo ${y:-${{ x }}}",
        "echo $'${{ x }}'", "echo \"${y:-\"${{ x }}\"}\"", "echo 'open ${{ x }}", "echo \"${{ x }}",
        "cat <<${{ x }}\na\n",
        "echo \"$${{ x }}\"", "echo $(case a in a) echo \"${{ x }}\";; esac)", "echo $(echo ${{ x }}",
    ])
    func `places where no quoting is safe are refused`(_ line: String) throws {
        let error = #expect(throws: TemplateError.self) { try rendered(line, "v") }
        #expect(error?.code == .unsafePlace, "\(line)")
        if !line.contains("open"), line != "echo \"${{ x }}", line != "echo $(echo ${{ x }}" {
            #expect(throws: Never.self) { try rendered(line.replacing("x }}", with: "x | raw }}"), "v") }
        }
    }

    @Test func `another program's quoting is not guessed`() throws {
        var template = TaskTemplate(.shell("print(${{ index }})"))
        template.shell = ["/usr/bin/python3", "-c"]
        #expect(CompiledTemplate.check(template, name: "t").faults.map(\.code) == [.unsafePlace])
        template.body = .shell("print(${{ index | raw }})")
        #expect(CompiledTemplate.check(template, name: "t").faults.isEmpty)
    }
}
