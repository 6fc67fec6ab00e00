import ArgumentParser

/// How lists are written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people: columns, lined up.
    case table
    /// One JSON array of objects.
    case json
    /// A JSON object a line.
    case jsonl
    /// RFC 4180: a header, then a line a row.
    case csv
}

/// `-o`, which every command has that shows a list.
struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "How to write lists: table, json, jsonl or csv.")
    var output = OutputFormat.table
}
