import TaskFarm

/// The points of one of a batch file's tasks: parameters and numeric results, a column each.
struct ReportGroup {
    let name: String
    private(set) var count = 0
    private(set) var parameters: [ParameterColumn] = []
    private(set) var fields: [FieldColumn] = []
    /// Fields or parameters are left out: there are too many, or they have names that fill a page.
    private(set) var isCut = false
    private var parameterPlaces: [String: Int] = [:]
    private var fieldPlaces: [String: Int] = [:]

    private static let mostColumns = 64
    private static let mostPathBytes = 200

    init(name: String) { self.name = name }

    mutating func add(_ row: ResultRow) {
        add(row.parameters, row.facts.state == .succeeded ? row.value : .null)
    }

    /// The next point: its parameters as they were written, and its value, null if it has none.
    mutating func add(_ point: [(name: String, text: String)], _ value: JSONValue) {
        for (name, text) in point {
            let place = parameterPlaces[name] ?? parameters.count
            if place == parameters.count {
                guard place < Self.mostColumns else {
                    isCut = true
                    continue
                }
                parameterPlaces[name] = place
                parameters.append(ParameterColumn(name, missing: count))
            }
            parameters[place].pad(to: count)
            parameters[place].append(text)
        }
        for (path, leaf) in ResultFields.leaves(of: value) {
            add(path, leaf, point.first { $0.name == path }?.text)
        }
        count += 1
    }

    /// `parameter`: what the parameter of the same name says, if there is one.
    private mutating func add(_ path: String, _ leaf: JSONValue, _ parameter: String?) {
        guard let number = ResultFields.number(leaf) else { return }
        let place = fieldPlaces[path] ?? fields.count
        if place == fields.count {
            guard place < Self.mostColumns, path.utf8.count <= Self.mostPathBytes else {
                return isCut = true
            }
            fieldPlaces[path] = place
            fields.append(FieldColumn(path, missing: count, repeatsParameter: parameter != nil))
        }
        // A path that comes twice in a value counts once.
        guard fields[place].values.count <= count else { return }
        fields[place].pad(to: count)
        fields[place].append(number)
        if fields[place].repeatsParameter, leaf.text != parameter { fields[place].repeatsParameter = false }
    }

    /// Makes all columns as long as there are points.
    mutating func finish() {
        for index in parameters.indices { parameters[index].pad(to: count) }
        for index in fields.indices { fields[index].pad(to: count) }
    }

    /// Fields with numbers that no parameter tells already.
    var plotted: [FieldColumn] { fields.filter { $0.finiteCount > 0 && !$0.repeatsParameter } }
}
