import FarmTemplate
import Foundation

/// Reads `extends:`: the files that a batch file builds on, and puts them together.
struct ExtensionReader {
    /// Files that may extend one another.
    static let mostFiles = 16

    let log: ProblemLog

    /// The document with what it extends; `log` says what is wrong.
    func read(_ root: Item) -> Item {
        var path = [Self.identity(log.files[0].name)]
        var documents = [root]
        while let item = Self.extended(documents[documents.count - 1]) {
            guard let base = open(item, &path) else { return root }
            documents.append(base)
        }
        // From the one that all others build on.
        var merged = documents.removeLast()
        while let next = documents.popLast() { merged = Self.merged(merged, next) }
        return merged
    }

    private static func extended(_ root: Item) -> Item? {
        guard case .mapping(let entries) = root.content else { return nil }
        return entries.first { $0.key == "extends" }?.value
    }

    /// Reads the file that `extends` names.
    private func open(_ item: Item, _ path: inout [String]) -> Item? {
        guard let name = log.fixed(item, "extends", "the path of a batch file") else { return nil }
        if name.isEmpty || name == "-" {
            log.add(.badValue, at: item.position, "`extends` must name a file")
            return nil
        }
        let file = FileReading.resolved(name, beside: log.file(of: item.position).name)
        let identity = Self.identity(file)
        if let first = path.firstIndex(of: identity) {
            let names = (path[first...] + [identity]).map {
                $0.split(separator: "/").last.map(String.init) ?? $0
            }
            log.add(
                .dependency, at: item.position,
                "these files extend one another: \(names.joined(separator: " → "))")
            return nil
        }
        path.append(identity)
        if path.count > Self.mostFiles {
            log.add(.limit, at: item.position, "more than \(Self.mostFiles) files extend one another")
            return nil
        }
        let own = ProblemLog(file: file)
        do throws(BatchError) {
            let document = try BatchReader.document(try FileReading.read(file), own)
            log.note(otherFile: file)
            guard case .mapping = document.content else {
                log.add(
                    .wrongType, at: item.position,
                    "`extends`: \(file): expected a batch file, a mapping, found \(document.found)")
                return nil
            }
            return document.moved(to: log.add(own.files[0]))
        } catch {
            for problem in error.problems {
                if problem.line > 0 {
                    log.add(own)
                } else {
                    log.add(problem.code, at: item.position, "`extends`: \(file): \(problem.message)")
                }
            }
            return nil
        }
    }

    /// `own` over `base`: mappings are merged key by key, all else is replaced, and a key with nothing takes the
    /// other one away.
    private static func merged(_ base: Item, _ own: Item) -> Item {
        guard case .mapping(let below) = base.content, case .mapping(let above) = own.content else {
            return own
        }
        let values = Dictionary(above.map { ($0.key, $0) }) { first, _ in first }
        let known = Set(below.map(\.key))
        var entries: [Item.Entry] = []
        for entry in below where entry.key != "extends" {
            guard var mine = values[entry.key] else {
                entries.append(entry)
                continue
            }
            if mine.value.isNull { continue }
            mine.value = merged(entry.value, mine.value)
            entries.append(mine)
        }
        entries += above.filter { !known.contains($0.key) && $0.key != "extends" }
        return Item(content: .mapping(entries), position: own.position)
    }

    /// The same for all ways in which a file can be named.
    private static func identity(_ file: String) -> String {
        URL(fileURLWithPath: file).resolvingSymlinksInPath().standardizedFileURL.path
    }
}
