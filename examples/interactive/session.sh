#!/usr/bin/env bash
# session.sh: a session with four engines by `tasks multi`: estimates π by throwing darts, looks at the engines' state in
# between, and mends a mistake. It starts a farm of its own. `tasks` has to be in PATH, or BIN=DIRECTORY says where it is.
set -euo pipefail
cd "$(dirname "$0")"
export PATH=${BIN:+$BIN:}$PATH

# A profile of its own, so that it does not meet a farm that runs already.
TASKS_HOME=$(mktemp -d)
export TASKS_HOME
trap 'tasks cluster stop --now >&2 || true; rm -rf "$TASKS_HOME"' EXIT
tasks cluster start -n 4 --slots 1 >&2

echo "== each engine has its own random numbers"
tasks multi scatter 'seeds=[11, 22, 33, 44]'
tasks multi exec -f darts.py

echo "== throw, look, throw again: the engines keep what they have"
for _ in 1 2; do
    tasks multi exec 'throw(50_000)' >/dev/null
    tasks multi pull hits
done

echo "== a mistake on one engine is that engine's alone"
tasks multi push -t 2 thrown=0
tasks multi exec '4 * hits / thrown' || echo "exit code $?"
tasks multi exec -t 2 'thrown = 100_000' >/dev/null

echo "== all together"
tasks multi pull hits -o json | awk -F'[][,]' '{ printf "pi is about %.2f\n", 4 * ($2 + $3 + $4 + $5) / 400000 }'
