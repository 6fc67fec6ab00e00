public import FarmContent
public import FarmTemplate
public import FarmTransport

/// What a task depends on and what it has left behind, for engines before they run it and for plans.
public enum TaskContent {
    /// The key of all that the task depends on, as its files are now.
    ///
    /// - Parameters:
    ///   - version: of the function that it calls; empty for a command.
    ///   - isWanted: asked while files are read; if it is not, `ContentError` is thrown.
    /// - Throws: `ContentError` for an input that is not there or cannot be read.
    public static func key(
        of task: RenderedTask, version: String = "", _ digests: FileDigests,
        isWanted: () -> Bool = { true }
    ) throws(ContentError) -> ContentKey {
        var digester = Digester()
        for piece in task.content(version: version) { digester.add(field: piece) }
        digester.add(try digests.digest(of: task.readFiles, isWanted: isWanted).bytes)
        return ContentKey(digester.finish())
    }

    /// A digest of the files that the task leaves behind, as they are now; empty if it has none.
    ///
    /// - Throws: `ContentError` for one that is not there or cannot be read.
    public static func left(by task: RenderedTask, _ digests: FileDigests) throws(ContentError) -> [UInt8] {
        task.leftFiles.isEmpty ? [] : try digests.digest(of: task.leftFiles).bytes
    }
}

extension ContentKey {
    /// The first half of a digest.
    init(_ digest: ContentDigest) {
        func word(_ start: Int) -> UInt64 {
            digest.bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        self.init(high: word(0), low: word(8))
    }
}
