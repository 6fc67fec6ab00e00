import FarmTransport
import Glibc

/// How times are written.
enum Moment {
    /// `12.345`; without Foundation, which takes long to load.
    static func seconds(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "-" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let units = Int64((abs(value) * scale).rounded())
        let fraction = String(units % Int64(scale))
        let sign = value < 0 && units != 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(units)" }
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(sign)\(units / Int64(scale)).\(zeros)\(fraction)"
    }

    /// `2026-11-22T13:04:05.678Z`.
    static func utc(_ instant: Instant) -> String {
        var parts = tm()
        var seconds = time_t(instant.nanoseconds / 1_000_000_000)
        gmtime_r(&seconds, &parts)
        let fraction = String(instant.nanoseconds / 1_000_000 % 1_000)
        return text(&parts, "%Y-%m-%dT%H:%M:%S") + "."
            + String(repeating: "0", count: 3 - fraction.count) + fraction + "Z"
    }

    /// `2026-11-22 14:04:05`, in the time zone of this process.
    static func local(_ instant: Instant) -> String {
        var parts = tm()
        var seconds = time_t(instant.nanoseconds / 1_000_000_000)
        localtime_r(&seconds, &parts)
        return text(&parts, "%Y-%m-%d %H:%M:%S")
    }

    static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    private static func text(_ parts: inout tm, _ format: String) -> String {
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension Duration {
    /// As a number of seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
