#!/bin/sh
# Records the terminal view of a sample into an animated SVG:
#
#   record.sh SAMPLE OUT.svg [FRAMES] [WARM-UP SECONDS] [ARGUMENTS OF THE SAMPLE] [KEYS]
#
# The keys are held one after another while it records, for a second each: “dds” walks east, then south.
# Needs tmux and python3, and the sample built (swift build -c release --product SAMPLE).
set -eu
sample=$1
out=$2
frames=${3:-32}
warm_up=${4:-45}
arguments=${5:-}
keys=${6:-}
here=$(dirname "$0")
program=$here/../../.build/release/$sample
folder=$(mktemp -d)
trap 'tmux -L parley-record kill-server 2>/dev/null; rm -r "$folder"' EXIT

tmux -L parley-record -f /dev/null new-session -d -x 120 -y 40 "COLORTERM=truecolor '$program' $arguments"
tmux -L parley-record set-option -ga terminal-overrides ",*:Tc"
sleep "$warm_up"
for frame in $(seq 1000 $((999 + frames))); do
    if [ -n "$keys" ]; then
        place=$(((frame - 1000) / 5 % ${#keys} + 1))
        tmux -L parley-record send-keys "$(printf %s "$keys" | cut -c "$place")"
    fi
    tmux -L parley-record capture-pane -N -p -e >"$folder/$frame"
    sleep 0.19
done
python3 "$here/terminal-to-svg.py" --seconds-per-frame 0.2 --title "$sample" "$out" "$folder"/*
