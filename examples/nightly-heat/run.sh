#!/usr/bin/env bash
# run.sh: builds the solver and its engine, starts a farm of its own, registers the nightly job, has three nights come at once –
# the last with a new program – compares the third with the first, and leaves a page about it in out/report.html. With
# BIN=DIRECTORY it builds nothing and uses the programs that are there.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ -z ${BIN-} ]]; then
    for product in tasks heat HeatEngine; do
        swift build -c release --product "$product" >&2
    done
    BIN=$(swift build -c release --show-bin-path)
fi
export PATH=$BIN:$PATH
cd examples/nightly-heat

# A profile of its own, so that it does not meet a farm that runs already.
TASKS_HOME=$(mktemp -d)
export TASKS_HOME
trap 'tasks cluster stop --now >&2 || true; rm -rf "$TASKS_HOME"' EXIT
tasks cluster start -n 2 --slots 1 --engine "$BIN/HeatEngine" >&2

rm -rf out
mkdir out
cp "$BIN/heat" out/heat
tasks schedule add batch.yaml >&2

# What the controller does at half past two.
night() {
    tasks schedule run-now nightly-heat >&2
    until tasks schedule history nightly-heat -n 1 -o jsonl | grep -q '"ended":"'; do sleep 0.1; done
    echo "the $1 night: $(cat out/verdict.txt)"
    tasks results nightly-heat -o jsonl | grep -c '"cause":"unchanged"' | sed 's/$/ of 22 tasks were skipped/' || true
}
night first
night second
printf '\n' >> out/heat # another program, as far as anybody can see
night third
tasks schedule history nightly-heat -o csv | cut -d, -f2,3,5,6
tasks compare nightly-heat~2 nightly-heat --tolerance 1e-9 --worse error
tasks sweep-report nightly-heat -o out/report.html
