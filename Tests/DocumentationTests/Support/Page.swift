import Foundation

/// A page of the documentation, cut into the fenced blocks that tests are told to use.
///
/// A comment on the line before a block says what to do with it:
/// - `<!-- run -->`, or `<!-- run exit=3 -->` for commands that end with another code than 0. A `sh` block is
///   a script; a `console` block shows commands behind `$ ` and, below each, what it prints.
/// - `<!-- file NAME -->`: the block is that file, written before what follows is run.
/// - `<!-- excerpt PATH -->`: the block stands in that file of the repository, which something compiles or
///   runs.
///
/// All runs of a page happen in one shell, so what the first one starts the next one finds.
struct Page {
    struct Block {
        enum Purpose: Equatable {
            case run(exitCode: Int32)
            case file(name: String)
            case excerpt(path: String)
        }

        var purpose: Purpose
        /// What stands behind the opening fence.
        var language: String
        /// The number of its first line within the page.
        var line: Int
        var lines: [String]
    }

    /// From the top of the repository.
    let path: String
    let lines: [String]
    private(set) var blocks: [Block] = []

    init(path: String) throws {
        try self.init(path: path, text: Repository.text(path))
    }

    /// - Throws: ``PageError`` for a comment that is no instruction, or stands before no block.
    init(path: String, text: String) throws {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var purpose: (Block.Purpose, line: Int)?
        var open: Block?
        var isInBlock = false
        for (index, line) in lines.enumerated() {
            if isInBlock {
                if line.hasPrefix("```") {
                    if let open { blocks.append(open) }
                    (isInBlock, open) = (false, nil)
                } else {
                    open?.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                isInBlock = true
                open = purpose.map {
                    Block(purpose: $0.0, language: String(line.dropFirst(3)), line: index + 2, lines: [])
                }
                purpose = nil
            } else if let instruction = try Self.instruction(line, "\(path):\(index + 1)") {
                purpose = (instruction, index + 1)
            } else if let purpose, !line.isEmpty {
                throw PageError("\(path):\(purpose.line): no block follows this comment")
            }
        }
        if let purpose { throw PageError("\(path):\(purpose.line): no block follows this comment") }
    }

    /// Every page that a reader is sent to from the README.
    static func all() throws -> [Page] {
        try Repository.pages().map { try Page(path: $0) }
    }

    /// Other comments are nobody's business here.
    private static func instruction(_ line: String, _ place: String) throws -> Block.Purpose? {
        guard let match = line.wholeMatch(of: #/<!-- (run|file|excerpt)(?: (\S+))? -->/#) else { return nil }
        switch (String(match.1), match.2.map(String.init)) {
        case ("run", nil): return .run(exitCode: 0)
        case ("run", let words?):
            guard words.hasPrefix("exit="), let code = Int32(words.dropFirst(5)) else {
                throw PageError("\(place): expected `run` or `run exit=CODE`, found `run \(words)`")
            }
            return .run(exitCode: code)
        case ("file", let name?): return .file(name: name)
        case ("excerpt", let path?): return .excerpt(path: path)
        case (let word, nil): throw PageError("\(place): `\(word)` needs a name")
        default: return nil
        }
    }
}

/// A page that says something impossible to its test.
struct PageError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
