import TaskFarm

/// Jobs that sweep `Area`, put together as batch files do it.
enum SweepJobs {
    /// `groups`: name and axis of each; each has a template of its own.
    static func parts(_ groups: [(String, SweepAxis)]) throws -> [SubmissionPart] {
        var generator = SystemRandomNumberGenerator()
        var templates: [[UInt8]] = []
        var specs: [GroupSpec] = []
        for (name, axis) in groups {
            var template = TaskTemplate(.function(Area.name, with: nil))
            let sweep = try Sweep(axis)
            template.sweep = sweep
            specs.append(
                GroupSpec(template: UInt32(templates.count), count: sweep.count, name: name))
            templates.append(template.encoded())
        }
        return [
            SubmissionPart(
                key: UniqueKey(using: &generator), part: 0, isLast: true, header: JobHeader(name: "sweep"),
                templates: templates, groups: specs)
        ]
    }

    /// Widths from 1, two heights each.
    static func axis(widths: Int) throws -> SweepAxis {
        .grid([
            .range(name: "width", try NumberRange(from: "1", to: "\(widths)")),
            .values(
                name: "height",
                [
                    ParameterValue(.number("0.50")), ParameterValue(text: "0x2", value: .number("2")),
                ]),
        ])
    }
}
