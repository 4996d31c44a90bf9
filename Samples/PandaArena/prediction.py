"""The prediction of the client's own player, by the rules of walking in this client's own code.

A plain client numbers its commands, and a snapshot tells the command that the server followed at its tick.
The client knows when it sent each command, and so about how far the server has come. It walks the rest
again from the player's place in the snapshot. The result is wrong where another player was in the way.
The picture then moves to the new place smoothly; the prediction moves at once.
"""

from collections import deque
from dataclasses import dataclass, replace
from math import hypot

RADIUS = 0.4  # metres; these are the server's rules (ArenaRules.swift)
WALKING, DASHING = 5.0, 8.0  # metres per second
DASH_SECONDS, DASH_PAUSE = 0.4, 2.0

STEP = 1 / 60  # seconds walked at a time
LONGEST = 1.0  # the most seconds that are walked ahead
HALF_LIFE = 0.08  # seconds until half of a correction is gone from the picture
TELEPORT = 3.0  # metres from which on the picture jumps


@dataclass(frozen=True)
class Wish:
    sequence: int
    sent: float  # local time in seconds
    east: float
    north: float
    dash_from: float  # when the newest dash began


class Prediction:
    def __init__(self, ticks_per_second):
        self.seconds_per_tick = 1 / ticks_per_second
        self.wishes = deque(maxlen=120)
        self.dash_from = -DASH_PAUSE
        self.lead = None  # local time at tick 0, as the server follows the commands
        self.known = None  # Position in the newest snapshot
        self.known_at = 0.0  # the time of the newest wish that the server followed then
        self.offset = (0.0, 0.0)  # of the picture from the prediction
        self.offset_at = 0.0
        self.corrections = deque(maxlen=10_000)  # metres

    def wish(self, sequence, now, east, north, dash):
        """Records a command that is sent."""
        if dash and now - self.dash_from >= DASH_PAUSE:
            self.dash_from = now
        length = max(1.0, hypot(east, north))
        self.wishes.append(Wish(sequence, now, east / length, north / length, self.dash_from))

    def correct(self, snapshot, position, now, arena_map):
        """Takes a snapshot with the own player at `position`, None when it is not in it."""
        before = self.place(now, arena_map)
        is_elsewhere = position and self.known and position.area != self.known.area
        self.known = position
        self._follow(snapshot)
        after = self.place(now, arena_map)
        if not before or not after:
            self.offset = (0.0, 0.0)
            return
        error = (before[0] - after[0], before[1] - after[1])
        self.corrections.append(hypot(*error))
        shown = self._offset(now)
        offset = (shown[0] + error[0], shown[1] + error[1])
        self.offset = (0.0, 0.0) if is_elsewhere or hypot(*offset) > TELEPORT else offset
        self.offset_at = now

    def _follow(self, snapshot):
        """Finds the wish that the server followed at the snapshot's tick."""
        known = {wish.sequence: wish.sent for wish in self.wishes}
        time = snapshot.tick * self.seconds_per_tick
        earliest = known.get(snapshot.acknowledged)
        if earliest is None:
            return
        latest = known.get(snapshot.acknowledged + 1)
        lead = earliest - time if self.lead is None else max(self.lead, earliest - time)
        # The server had not begun the next wish.
        self.lead = lead if latest is None else min(lead, latest - time)
        self.known_at = time + self.lead

    def place(self, now, arena_map):
        """The predicted (x, y) of the player; None when it is not in the game."""
        if not self.known:
            return None
        x, y = self.known.x, self.known.y
        if self.lead is None or not arena_map:
            return x, y
        time = max(self.known_at, now - LONGEST)
        wishes = [wish for wish in self.wishes if wish.sent <= now]
        while time < now:
            elapsed = min(STEP, now - time)
            wish = next((wish for wish in reversed(wishes) if wish.sent <= time), None)
            if wish:
                speed = DASHING if time - wish.dash_from < DASH_SECONDS else WALKING
                x, y = walk(x, y, wish.east * speed * elapsed, wish.north * speed * elapsed,
                            arena_map)
            time += elapsed
        return x, y

    def position(self, now, arena_map):
        """The Position to draw; None when the player is not in the game."""
        place = self.place(now, arena_map)
        if not place:
            return None
        offset = self._offset(now)
        return replace(self.known, x=place[0] + offset[0], y=place[1] + offset[1])

    def _offset(self, now):
        left = 0.5 ** (max(0.0, now - self.offset_at) / HALF_LIFE)
        return self.offset[0] * left, self.offset[1] * left


def walk(x, y, east, north, arena_map):
    """One small step. The player slides along obstacles."""
    x, y = x + east, y + north
    for _ in range(2):  # out of one wall may be into the next
        for west, south, right, top in arena_map.obstacles:
            near_x, near_y = min(max(x, west), right), min(max(y, south), top)
            gap_x, gap_y = x - near_x, y - near_y
            gap = hypot(gap_x, gap_y)
            if 0 < gap < RADIUS:
                x, y = near_x + gap_x / gap * RADIUS, near_y + gap_y / gap * RADIUS
        x = min(max(x, RADIUS), arena_map.side - RADIUS)
        y = min(max(y, RADIUS), arena_map.side - RADIUS)
    return x, y
