import ArgumentParser

/// `tasks multi`.
struct Multi: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "multi",
        abstract: "Work on engines directly: each has a Python namespace and a queue of its own.",
        discussion: """
            tasks multi exec 'print("Hello World")'
            tasks multi push a=1.5 names='["x","y"]'
            -t is all, one engine (0), several (0,2), or a slice of all (0:3).

            Exit codes: 1 if an engine failed, with its traceback; what the others gave is printed all \
            the same. 130 if it was interrupted.
            For the roles multiengine-client and admin.
            """,
        subcommands: [
            MultiExec.self, MultiPush.self, MultiPull.self, MultiScatter.self, MultiGather.self,
            MultiKeys.self, MultiReset.self, MultiStatus.self, MultiInterrupt.self, MultiConsole.self,
        ])
}
