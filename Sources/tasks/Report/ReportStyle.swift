/// How a report looks: light or dark as the reader has it, black on white when printed.
enum ReportStyle {
    static let text = colours + layout + drawings + lines + shades

    private static let colours = """
        :root{color-scheme:light dark;--page:#fff;--ink:#1c2127;--soft:#5b6570;--line:#d5dae0;--panel:#f5f7f9;
        --good:#2a9d6f;--bad:#cf3f3f;--other:#c98a1b;--busy:#4c86c6;
        --c0:#0b6fb8;--c1:#d1600d;--c2:#178a5b;--c3:#b13f86;--c4:#7a6a00;--c5:#2b9fb5;--c6:#6a55b8;
        --c7:#555d66}
        @media (prefers-color-scheme:dark){:root{--page:#14181d;--ink:#e4e8ec;--soft:#9aa5b1;--line:#36404b;
        --panel:#1d232a;--good:#45c190;--bad:#f07070;--other:#e3ae4c;--busy:#74a9e2;
        --c0:#62b1f0;--c1:#f2975a;--c2:#52cb98;--c3:#e68bc3;--c4:#d6c44c;--c5:#6fd3e6;--c6:#ab9bf0;
        --c7:#aab4bf}}
        @media print{:root{color-scheme:light;--page:#fff;--ink:#000;--soft:#444;--line:#bbb;--panel:#fff;
        --good:#2a9d6f;--bad:#cf3f3f;--other:#c98a1b;--busy:#4c86c6;
        --c0:#0b6fb8;--c1:#d1600d;--c2:#178a5b;--c3:#b13f86;--c4:#7a6a00;--c5:#2b9fb5;--c6:#6a55b8;
        --c7:#555d66}
        body{max-width:none!important}pre{max-height:none!important}figure,pre,tr{break-inside:avoid}}

        """

    private static let layout = """
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:72rem;padding:1.5rem;background:var(--page);color:var(--ink);
        font:15px/1.5 system-ui,sans-serif}
        h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.2rem;margin:2.2rem 0 .6rem;
        border-bottom:1px solid var(--line)}
        h3{font-size:1rem;margin:1.4rem 0 .4rem}p{margin:.4rem 0}.note{color:var(--soft);font-size:.9em}
        .wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9em}
        th,td{padding:.25rem .8rem .25rem 0;text-align:left;vertical-align:top;
        border-bottom:1px solid var(--line)}
        th{color:var(--soft);font-weight:600}
        .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        td{overflow-wrap:anywhere}td:first-child{min-width:5em}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.2rem;margin:0}
        dt{color:var(--soft)}dd{margin:0}
        pre{background:var(--panel);border:1px solid var(--line);padding:.5rem .7rem;margin:.3rem 0;
        max-height:18rem;
        overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85em}
        .good{color:var(--good)}.bad{color:var(--bad)}.other{color:var(--other)}
        figure{margin:1rem 0}figcaption{margin-bottom:.3rem}
        .panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:.6rem}
        .plots{display:grid;gap:0 1.5rem;
        grid-template-columns:repeat(auto-fill,minmax(min(26rem,100%),1fr))}
        .several{grid-column:1/-1}
        .panels p{margin:0;text-align:center}.scale{max-width:26rem}
        .key{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.9em}
        .key i{display:inline-block;width:.8em;height:.8em;margin-right:.35em;border-radius:2px;
        print-color-adjust:exact}

        """

    private static let drawings = """
        svg{display:block;width:100%;height:auto;max-width:60rem}
        svg text{fill:var(--soft);font:10.5px system-ui,sans-serif}svg .name{fill:var(--ink);font-size:11.5px}
        .grid{stroke:var(--line);stroke-width:.6;fill:none}.axis{stroke:var(--soft);stroke-width:.8;fill:none}
        .line{fill:none;stroke-width:1.6;stroke-linejoin:round}.band{stroke:none;opacity:.18}
        .panels rect{shape-rendering:crispEdges}
        .hole{fill:none;stroke:var(--soft);stroke-width:.6;stroke-dasharray:2 2}
        svg .succeeded{fill:var(--good)}svg .busy{fill:var(--busy)}
        svg .failed,svg .impossible{fill:var(--bad)}
        svg .cancelled,svg .expired,svg .waiting,svg .ready{fill:var(--other)}

        """

    /// `.s3` is the fourth line and its dots.
    private static let lines = (0..<PlotRoles.mostSeries).map { line in
        ".s\(line) .line{stroke:var(--c\(line))}.s\(line) circle,.s\(line) .band,.k\(line){fill:var(--c\(line));background:var(--c\(line))}\n"
    }.joined()

    /// Viridis, which reads the same on light and dark and for the colour-blind: its anchors, and what lies
    /// between them.
    private static let shades = (0..<HeatMap.shades).map { shade in
        let anchors: [(Double, Double, Double)] = [
            (68, 1, 84), (71, 45, 123), (59, 82, 139), (44, 114, 142), (33, 145, 140), (40, 174, 128),
            (94, 201, 98), (173, 220, 48), (253, 231, 37),
        ]
        let place = Double(shade) / Double(HeatMap.shades - 1) * Double(anchors.count - 1)
        let first = min(anchors.count - 2, Int(place))
        let (a, b, part) = (anchors[first], anchors[first + 1], place - Double(first))
        let mixed = [(a.0, b.0), (a.1, b.1), (a.2, b.2)].map { Int($0.0 + ($0.1 - $0.0) * part) }
        return "svg .h\(shade){fill:rgb(\(mixed[0]),\(mixed[1]),\(mixed[2]))}"
    }.joined()
}
