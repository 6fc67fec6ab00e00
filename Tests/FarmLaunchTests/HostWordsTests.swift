import Testing

@testable import FarmLaunch

/// What is said between a launcher and a host.
struct HostWordsTests {
    @Test func `orders and news read back as they were written`() {
        for order in [HostWords.Order.capability(bytes: 812), .ping, .leave, .now, .kill] {
            #expect(HostWords.Order(String(order.line.dropLast())) == order)
        }
        for news in [HostWords.News.ready(version: 1, program: "tasks 0.1.0"), .said("a b"), .failed("x")] {
            #expect(HostWords.News(String(news.line.dropLast())) == news)
        }
        #expect(HostWords.News.said("two\nlines").line == "tasks-host said two; lines\n")
    }

    @Test(arguments: ["", "capability", "capability -1", "capability 70000", "capability x", "stop", "ping2"])
    func `what is no order is none`(_ line: String) { #expect(HostWords.Order(line) == nil) }

    @Test(arguments: [
        "", "Welcome to node7", "tasks-host", "tasks-host ready", "tasks-host ready x", "tasks-host hm",
    ])
    func `what a login shell says is no news`(_ line: String) { #expect(HostWords.News(line) == nil) }

    @Test func `lines and bytes come out as they went in, however they were cut`() {
        let text = Array("capability 5\na\nb\ncping\nrest".utf8)
        for size in 1...text.count {
            var buffer = LineBuffer()
            var first: String?
            var bytes: [UInt8]?
            var second: String?
            for start in stride(from: 0, to: text.count, by: size) {
                buffer.add(text[start..<min(text.count, start + size)])
                if first == nil { first = buffer.next() }
                if first != nil, bytes == nil { bytes = buffer.bytes(5) }
                if bytes != nil, second == nil { second = buffer.next() }
            }
            #expect(first == "capability 5" && bytes == Array("a\nb\nc".utf8) && second == "ping")
            #expect(buffer.rest() == "rest")
        }
    }

    @Test func `a line without an end does not fill the memory`() {
        var buffer = LineBuffer()
        buffer.add([UInt8](repeating: 65, count: 100_000))
        #expect(buffer.next()?.count == 100_000)
        #expect(buffer.next() == nil && buffer.rest() == nil)
    }
}
