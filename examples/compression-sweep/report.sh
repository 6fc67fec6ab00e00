#!/usr/bin/env bash
# Makes the table of a run from the records in its folder, best ratio first: on standard output and in report.txt.
source "$(dirname "$0")/run-dir.sh"
shopt -s nullglob
records=("$run_dir"/*.json)
if ((${#records[@]} == 0)); then
    echo "report.sh: no records in $run_dir; did the compress tasks of this job run on this machine?" >&2
    exit 1
fi

# Each record is one line of flat JSON that compress.sh wrote, so a field is cut out by its name.
cat "${records[@]}" | awk '
    function field(name,    rest) {
        if (!match($0, "\"" name "\": ")) return ""
        rest = substr($0, RSTART + RLENGTH)
        if (substr(rest, 1, 1) == "\"") {
            rest = substr(rest, 2)
            match(rest, /^([^"\\]|\\.)*/)
            return substr(rest, 1, RLENGTH)
        }
        match(rest, /^[^,}]*/)
        return substr(rest, 1, RLENGTH)
    }
    {
        if (field("skipped") != "") kind = "skipped"; else kind = "done"
        printf "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", kind, field("ratio"), field("file"), field("compressor"),
            field("level"), field("bytes"), field("compressed"), field("seconds"), field("decompress_seconds"), field("skipped")
    }' >"$run_dir/points.tsv"

{
    awk -F '\t' '$1 == "done"' "$run_dir/points.tsv" | LC_ALL=C sort -t $'\t' -k2,2nr -k3,3 -k4,4 -k5,5n | awk -F '\t' '
        BEGIN { printf "%-36s %-10s %5s %10s %10s %7s %9s %9s\n", "file", "compressor", "level", "bytes", "packed", "ratio", "seconds", "back" }
        { printf "%-36s %-10s %5d %10d %10d %7.3f %9.3f %9.3f\n", $3, $4, $5, $6, $7, $2, $8, $9 }'
    awk -F '\t' '$1 == "skipped" && !seen[$10]++ { print "left out: " $10 }' "$run_dir/points.tsv"
} >"$run_dir/report.part"
mv "$run_dir/report.part" "$run_dir/report.txt"
cat "$run_dir/report.txt"

# The newest run under one name, changed in one step.
if [[ $RUN_DIR == out/* ]]; then
    ln -sfn "${RUN_DIR#out/}" out/.latest
    mv -T out/.latest out/latest
fi

awk -F '\t' '
    $1 == "skipped" { skipped++ }
    $1 == "done" { points++; if ($2 > ratio) { ratio = $2; best = $4 " -" $5 " on " $3 } }
    END { gsub(/["\\]/, "", best); printf "{\"points\": %d, \"skipped\": %d, \"best_ratio\": %s, \"best\": \"%s\"}\n", points, skipped, ratio + 0, best }
    ' "$run_dir/points.tsv" | give_result
