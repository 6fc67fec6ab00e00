# Read by the other scripts: sets run_dir to the absolute folder of this run and goes to the example's own folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
case ${RUN_DIR:=out/by-hand} in
    /*) run_dir=$RUN_DIR ;;
    *) run_dir=$PWD/$RUN_DIR ;;
esac

# Prints its first argument as the inside of a JSON string.
json_text() {
    local text=${1//\\/\\\\}
    printf '%s' "${text//\"/\\\"}"
}

# Makes standard input the task's value, and prints it when nobody asked for one (by hand).
give_result() {
    if [[ -n ${TASKS_RESULT_FILE-} ]]; then cat >"$TASKS_RESULT_FILE"; else cat; fi
}
