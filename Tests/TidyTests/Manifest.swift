/// What `swift package dump-package` prints, as far as the checks need it.
struct Manifest: Decodable {
    var targets: [Target]

    struct Target: Decodable {
        var name: String
        /// `regular`, `executable`, `system`, `test`, …
        var type: String
        var dependencies: [Dependency]
    }

    /// A target or a product of another package; SwiftPM says which by the key it uses.
    enum Dependency: Decodable, Equatable {
        case ours(String)
        case product(String)

        private enum Key: String, CodingKey { case byName, target, product }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            let key = container.allKeys.first ?? .byName
            var values = try container.nestedUnkeyedContainer(forKey: key)
            let name = try values.decode(String.self)
            self = key == .product ? .product(name) : .ours(name)
        }
    }

    /// All of our targets that a target is built from, itself included.
    func closure(of name: String) -> Set<String> {
        var reached: Set<String> = []
        var waiting = [name]
        while let next = waiting.popLast() {
            guard reached.insert(next).inserted else { continue }
            for case .ours(let name) in targets.first(where: { $0.name == next })?.dependencies ?? [] {
                waiting.append(name)
            }
        }
        return reached
    }
}
