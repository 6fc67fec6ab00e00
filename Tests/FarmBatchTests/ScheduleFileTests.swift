import FarmBatch
import FarmSchedule
import Testing

/// `schedule:` and `notify:`.
@Suite struct ScheduleFileTests {
    private static let task = "tasks: {a: {run: x}}"

    private func read(_ text: String) throws(BatchError) -> Batch {
        try BatchReader.read(bytes: Array("\(text)\n\(Self.task)".utf8), file: "b.yaml")
    }

    @Test func `all that a schedule says is read`() throws {
        let batch = try read(
            """
            schedule:
              cron: "0 2 * * mon-fri"
              timezone: Europe/Berlin
              overlap: queue
              catch-up: all
              jitter: 10m
              keep: 60 runs
            notify: {failure: ./page.sh, recovery: ./calm.sh, success: "true"}
            """)
        let schedule = try #require(batch.schedule)
        #expect(schedule.cron.description == "0 2 * * mon-fri" && schedule.timezone == "Europe/Berlin")
        #expect(schedule.overlap == .queue && schedule.catchUp == .all && schedule.jitterSeconds == 600)
        #expect(schedule.keep == 60)
        #expect(batch.notify.failure == "./page.sh" && batch.notify.recovery == "./calm.sh")
        #expect(batch.notify.success == "true")
        #expect(batch.warnings.map(\.code) == [.scheduled, .scheduled])
    }

    @Test func `a schedule says little else than when`() throws {
        let schedule = try #require(try read("schedule: {cron: '@daily', keep: 7}").schedule)
        #expect(schedule.timezone == nil && schedule.overlap == .skip && schedule.catchUp == .latest)
        #expect(schedule.jitterSeconds == 0 && schedule.keep == 7)
        #expect(try read("schedule: {cron: '@every 90s', jitter: 89s}").schedule?.jitterSeconds == 89)
        #expect(try read("name: x").schedule == nil && read("name: x").notify == NotifyCommands())
    }

    @Test(arguments: [
        ("schedule: {cron: '0 0 30 2 *'}", "b.yaml:1:18: `cron`: it never fires"),
        ("schedule: {cron: 0 25 * * *}", "b.yaml:1:18: `cron`: the hour “25” is out of range"),
        ("schedule: {timezone: UTC}", "b.yaml:1:11: `schedule` has no `cron`"),
        ("schedule: 0 2 * * *", "b.yaml:1:11: expected `schedule`, a mapping with the keys cron"),
        (
            "schedule: {cron: '@daily', timezone: Europe/Berln}",
            "b.yaml:1:38: `timezone`: there is no zone “Europe/Berln”; did you mean “Europe/Berlin”?"
        ),
        ("schedule: {cron: '@daily', timezone: berlin}", "did you mean “Europe/Berlin”?"),
        ("schedule: {cron: '@daily', timezone: utc}", "did you mean “UTC”?"),
        ("schedule: {cron: '@daily', timezone: Mars}", "no zone “Mars”"),
        (
            "schedule: {cron: '@daily', overlap: skp}",
            "b.yaml:1:37: `overlap` must be one of skip, queue, replace, found “skp”; did you mean “skip”?"
        ),
        ("schedule: {cron: '@daily', catch-up: yes}", "`catch-up` must be one of none, latest, all"),
        (
            "schedule: {cron: '@daily', catchup: all}",
            "b.yaml:1:28: `catchup` is not a key of `schedule`; did you mean “catch-up”?"
        ),
        ("schedule: {cron: '@daily', jitter: 2d}", "`jitter` must be at most a day"),
        (
            "schedule: {cron: '@daily', jitter: 500ms}",
            "b.yaml:1:36: `jitter` must be whole seconds, from 1s on, found “500ms”"
        ),
        ("schedule: {cron: '@daily', jitter: 0}", "`jitter` must be whole seconds"),
        (
            "schedule: {cron: '*/5 * * * *', jitter: 5m}",
            "b.yaml:1:41: `jitter` must be shorter than the time between two firings, of which some are only 5m"
        ),
        ("schedule: {jitter: 5m, cron: '@every 90s'}", "b.yaml:1:20: `jitter` must be shorter"),
        ("schedule: {cron: '@daily', timezone: right/UTC}", "there is no zone “right/UTC”"),
        ("schedule: {cron: '@daily', jitter: often}", "`jitter` must be a duration"),
        ("schedule: {cron: '@daily', keep: 0}", "`keep` must be a number of runs from 1"),
        ("schedule: {cron: '@daily', keep: 60 days}", "`keep` must be a number of runs"),
        ("schedule: {cron: '${{ x }}'}", "`cron`"),
        ("notify: ./page.sh", "expected `notify`, a mapping with the keys failure, recovery, success"),
        ("notify: {faliure: x}", "b.yaml:1:10: `faliure` is not a key of `notify`; did you mean “failure”?"),
        ("notify: {failure: ' '}", "b.yaml:1:19: `failure` is empty"),
        ("notify: {failure: [a]}", "`failure` must be"),
    ])
    func `a bad one is refused with its place and what to write`(_ text: String, _ words: String) {
        do {
            _ = try read(text)
            Issue.record("“\(text)” was taken")
        } catch {
            #expect(error.description.contains(words), "\(error.description)")
        }
    }
}
