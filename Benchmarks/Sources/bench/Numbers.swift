import Foundation

/// The upper one of the two in the middle; 0 of none.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}

/// Seconds of the monotonic clock.
func seconds() -> Double { seconds(of: CLOCK_MONOTONIC) }

/// Seconds that this thread has had a CPU: what others do on the machine does not count.
func cpuSeconds() -> Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

private func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

extension String {
    /// With spaces behind it.
    func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
