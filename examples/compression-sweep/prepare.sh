#!/usr/bin/env bash
# Makes the run's folder, empty: job numbers may start again, and an old run's records must not get into a new table.
source "$(dirname "$0")/run-dir.sh"
mkdir -p "$run_dir" out
rm -f -- "$run_dir"/*.json "$run_dir"/.part.* "$run_dir"/report.* "$run_dir"/points.tsv
echo '*' >out/.gitignore
printf '{"directory": "%s"}\n' "$(json_text "$run_dir")" | give_result
