#!/bin/sh
# Records the arena's terminal view into an animated SVG:
#
#   record.sh OUT.svg [FRAMES] [WARM-UP SECONDS] [ARGUMENTS OF arena] [KEYS]
#
# The keys are held one after another while it records, for a second each: “dds” walks east, then south.
# Needs tmux and python3, and the arena built (swift build -c release --product arena).
set -eu
out=$1
frames=${2:-32}
warm_up=${3:-45}
arguments=${4:---port 0}
keys=${5:-}
here=$(dirname "$0")
arena=$here/../../../.build/release/arena
folder=$(mktemp -d)
trap 'tmux -L arena-record kill-server 2>/dev/null; rm -r "$folder"' EXIT

tmux -L arena-record -f /dev/null new-session -d -x 120 -y 40 "COLORTERM=truecolor '$arena' $arguments"
tmux -L arena-record set-option -ga terminal-overrides ",*:Tc"
sleep "$warm_up"
for frame in $(seq 1000 $((999 + frames))); do
    if [ -n "$keys" ]; then
        place=$(((frame - 1000) / 5 % ${#keys} + 1))
        tmux -L arena-record send-keys "$(printf %s "$keys" | cut -c "$place")"
    fi
    tmux -L arena-record capture-pane -N -p -e >"$folder/$frame"
    sleep 0.19
done
python3 "$here/terminal-to-svg.py" --seconds-per-frame 0.2 --title "arena" "$out" "$folder"/*
