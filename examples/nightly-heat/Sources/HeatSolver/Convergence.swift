import Glibc

/// How the error falls when cells are halved: both schemes are of second order, so by four.
public enum Convergence {
    /// Log₂ of the errors' ratio where the cells are half as large, the mean over all such pairs; nil if
    /// there are none.
    public static func order(_ errors: [(n: Int, error: Double)]) -> Double? {
        let known = Dictionary(errors.map { ($0.n, $0.error) }) { first, _ in first }
        // By rising cells: the same points give the same number to the last digit.
        let orders = known.sorted { $0.key < $1.key }.compactMap { n, error in
            known[2 * n].map { log2(error / $0) }
        }
        return orders.isEmpty ? nil : orders.reduce(0, +) / Double(orders.count)
    }
}
