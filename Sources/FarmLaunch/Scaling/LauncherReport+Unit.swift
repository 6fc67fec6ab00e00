import TaskFarm

extension LauncherReport {
    /// It takes back what was told before.
    var isEmpty: Bool { units.isEmpty && spare == 0 && trouble.isEmpty }
}

extension LaunchedUnit {
    /// Its engines are to come, as far as it is for the launcher.
    var isWaiting: Bool {
        switch state {
        case .starting, .pending, .failing: true
        case .running, .left, .failed: false
        }
    }

    var isPending: Bool { if case .pending = state { true } else { false } }
}
