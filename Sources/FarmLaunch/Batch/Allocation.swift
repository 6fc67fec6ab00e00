/// Allocations whose keeper is gone.
public enum Allocation {
    /// Gives one back, by the words that its unit had for that. What cannot be given back any more is gone.
    public static func release(_ words: [String]) { _ = try? Tool.run(words, seconds: 20) }
}
