import FarmTransport
import Testing

@Suite struct FarmClockTests {
    @Test func `a clock goes on from a moment ahead of it, and is never put back`() {
        let clock = FarmClock()
        let moment = clock.now + .seconds(7_200)
        let ahead = clock.ahead(to: moment)
        let first = ahead.now
        #expect(first >= moment && ahead.now >= first)
        #expect(first - clock.now <= .seconds(7_200), "it goes as fast as the other")
        let same = clock.ahead(to: .zero)
        let before = clock.now
        #expect(same.now >= before)
    }
}
