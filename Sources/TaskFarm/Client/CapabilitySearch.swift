import FarmTransport
import Glibc

/// Where a client's capability file is looked for.
enum CapabilitySearch {
    /// In this order: the file given, `$TASKS_CAPABILITY` unless a profile is named, the profile's
    /// `security/task-client.json`, or for lanes its `security/multiengine-client.json`.
    ///
    /// - Parameter profile: a name below `$TASKS_HOME` (default `~/.tasks`), or a path, which has a slash in
    ///   it; nil for `default`.
    static func path(profile: String?, capability: String?, forLanes: Bool) -> String {
        if let capability { return capability }
        if profile == nil, let named = getenv("TASKS_CAPABILITY"), named.pointee != 0 {
            return String(cString: named)
        }
        return ProfileDirectory(profile).capabilityPath(forLanes ? .multiengineClient : .taskClient)
    }
}
