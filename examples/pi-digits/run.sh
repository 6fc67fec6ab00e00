#!/usr/bin/env bash
# run.sh [DIGITS]: counts the digits of pi (default: 10,000 of them) on four engines, each its part, and tests whether they
# are spread evenly. It starts a farm of its own. `tasks` has to be in PATH, or BIN=DIRECTORY says where it is.
set -euo pipefail
cd "$(dirname "$0")"
export PATH=${BIN:+$BIN:}$PATH
count=${1-10000}

# A profile of its own, so that it does not meet a farm that runs already.
TASKS_HOME=$(mktemp -d)
export TASKS_HOME
trap 'tasks cluster stop --now >&2 || true; rm -rf "$TASKS_HOME"' EXIT
tasks cluster start -n 4 --slots 1 >&2

# The starts of blocks of 100 digits; each engine gets its share of them.
tasks multi scatter "starts=[$(seq -s, 0 100 $((count - 1)))]"
tasks multi exec -f digits.py
tasks multi exec "text = digits(int(starts[0]), min(int(starts[-1]) + 100, $count)) if len(starts) else ''" >/dev/null
tasks multi exec 'ones = count(text)' >/dev/null

# A line an engine; added up here.
tasks multi pull ones | tr -d '[],' | awk '
    { for (digit = 0; digit < 10; digit++) { counts[digit] += $(digit + 2); total += $(digit + 2) } }
    END {
        for (digit = 0; digit < 10; digit++) {
            printf "%d: %d\n", digit, counts[digit]
            chi += (counts[digit] - total / 10) ^ 2 / (total / 10)
        }
        # With nine degrees of freedom 95 of 100 random rows stay below 16.92.
        printf "%d digits, chi squared %.2f: %s\n", total, chi, chi < 16.92 ? "evenly spread" : "not evenly spread"
    }'
