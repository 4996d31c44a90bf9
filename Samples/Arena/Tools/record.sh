#!/bin/sh
# Records the arena's terminal view into an animated SVG: record.sh OUT.svg [FRAMES] [WARM-UP SECONDS]
# Needs tmux and python3, and the arena built (swift build --product arena).
set -eu
out=$1
frames=${2:-32}
warm_up=${3:-45}
here=$(dirname "$0")
arena=$here/../../../.build/debug/arena
folder=$(mktemp -d)
trap 'tmux -L arena-record kill-server 2>/dev/null; rm -r "$folder"' EXIT

tmux -L arena-record -f /dev/null new-session -d -x 120 -y 40 "COLORTERM=truecolor '$arena' --port 0"
tmux -L arena-record set-option -ga terminal-overrides ",*:Tc"
sleep "$warm_up"
for frame in $(seq 1000 $((999 + frames))); do
    tmux -L arena-record capture-pane -N -p -e >"$folder/$frame"
    sleep 0.19
done
python3 "$here/terminal-to-svg.py" --seconds-per-frame 0.2 --title "arena" "$out" "$folder"/*
