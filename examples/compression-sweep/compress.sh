#!/usr/bin/env bash
# compress.sh COMPRESSOR LEVEL FILE: compresses the file, checks that it comes back the same, and gives sizes, ratio and
# times as the task's value and as one record in the run's folder. A compressor or a file that is not on this machine is
# an answer too ("skipped"), not a failure: the sweep is about what is installed.
source "$(dirname "$0")/run-dir.sh"
if (($# != 3)); then
    echo "compress.sh: expected COMPRESSOR LEVEL FILE, got $# arguments" >&2
    exit 2
fi
compressor=$1 level=$2 file=$3

case $compressor in
    gzip | bzip2 | xz | zstd) ;;
    *)
        echo "compress.sh: no compressor '$compressor' here: gzip, bzip2, xz or zstd" >&2
        exit 2
        ;;
esac
if [[ ! $level =~ ^[1-9]$ ]]; then
    echo "compress.sh: level '$level': all four compressors take 1 to 9" >&2
    exit 2
fi

point="\"compressor\": \"$compressor\", \"level\": $level, \"file\": \"$(json_text "$file")\""

# Writes the record whole or not at all: a second attempt replaces it, and a killed one leaves none.
finish() {
    mkdir -p "$run_dir"
    local record="$run_dir/$compressor-$level-${file//\//%}.json" part
    part=$(mktemp "$run_dir/.part.XXXXXX")
    printf '%s\n' "$1" >"$part"
    mv "$part" "$record"
    give_result <"$record"
    exit 0
}

command -v "$compressor" >/dev/null || finish "{$point, \"skipped\": \"$compressor is not installed\"}"
[[ -f $file && -r $file ]] || finish "{$point, \"skipped\": \"$(json_text "$file") is not a file that can be read\"}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -L "$file" "$work/plain" # also brings it into memory, so that the time is the compressor's

# timed OUT COMMAND...: runs it with its output in OUT and prints the seconds that it took.
TIMEFORMAT=%3R
timed() {
    local out=$1
    shift
    { time "$@" >"$out" 2>&3; } 3>&2 2>&1
}

one_thread=()
[[ $compressor == xz ]] && one_thread=(--threads=1)
[[ $compressor == zstd ]] && one_thread=(--single-thread)
took=$(timed "$work/packed" "$compressor" -c -q "-$level" "${one_thread[@]}" "$work/plain")
back=$(timed "$work/unpacked" "$compressor" -d -c -q <"$work/packed")
if ! cmp "$work/plain" "$work/unpacked"; then
    echo "compress.sh: $compressor -$level changed $file" >&2
    exit 1
fi

finish "$(point=$point awk -v plain="$(stat -c %s "$work/plain")" -v packed="$(stat -c %s "$work/packed")" \
    -v took="$took" -v back="$back" 'BEGIN {
        printf "{%s, \"bytes\": %d, \"compressed\": %d, \"ratio\": %.3f, \"seconds\": %s, \"decompress_seconds\": %s}",
            ENVIRON["point"], plain, packed, plain / packed, took, back }')"
