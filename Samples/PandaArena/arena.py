"""The arena as this client knows it: players and NPCs, their places and scores, and the chat.

Snapshots come 20 times a second and not at even intervals. Everything is therefore drawn a little in
the past, between the two snapshots around `now - delay`, and moves evenly. Only the client's own player
is predicted (`prediction.py`).
"""

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field

import protocol
from prediction import Prediction

KEPT_SNAPSHOTS = 40
CHAT_LINES = 6
CLOCK_DRIFT = 0.0005  # seconds per snapshot by which a clock that is ahead gives way


@dataclass
class Entity:
    name: str
    is_npc: bool
    tags: int = 0


@dataclass
class Arena:
    player: int
    ticks_per_second: int
    snapshots_per_second: int
    map: protocol.Map = None
    entities: dict = field(default_factory=dict)
    it: int = protocol.NO_ENTITY
    lines: deque = field(default_factory=lambda: deque(maxlen=CHAT_LINES))
    snapshots: deque = field(default_factory=lambda: deque(maxlen=KEPT_SNAPSHOTS))
    clock_offset: float = None  # server time minus local time, of the fastest snapshot yet
    prediction: Prediction = None

    def __post_init__(self):
        self.prediction = Prediction(self.ticks_per_second)

    def name_of(self, entity):
        known = self.entities.get(entity)
        return known.name if known else f"#{entity}"

    def apply(self, message, now):
        """Takes in one message of the server; `now` is local time in seconds."""
        if isinstance(message, protocol.Snapshot):
            self._apply_snapshot(message, now)
        elif isinstance(message, protocol.Map):
            self.map = message
        elif isinstance(message, protocol.Joined):
            self.entities[message.entity] = Entity(message.name, message.is_npc)
        elif isinstance(message, protocol.Left):
            self.entities.pop(message.entity, None)
        elif isinstance(message, protocol.Score):
            if message.entity in self.entities:
                self.entities[message.entity].tags = message.tags
        elif isinstance(message, protocol.Chat):
            self.lines.append((now, f"{self.name_of(message.player)}: {message.text}"))
        elif isinstance(message, protocol.Tagged):
            tagger, tagged = self.name_of(message.tagger), self.name_of(message.tagged)
            self.lines.append((now, f"{tagger} tags {tagged}"))

    def _apply_snapshot(self, snapshot, now):
        if self.snapshots and snapshot.tick <= self.snapshots[-1].tick:
            return  # overtaken by a newer one
        self.snapshots.append(snapshot)
        self.it = snapshot.it
        self.prediction.correct(snapshot, snapshot.positions.get(self.player), now, self.map)
        # The snapshot that travelled fastest tells the server's clock best.
        offset = snapshot.tick / self.ticks_per_second - now
        if self.clock_offset is None or offset > self.clock_offset:
            self.clock_offset = offset
        else:
            self.clock_offset -= min(CLOCK_DRIFT, self.clock_offset - offset)

    @property
    def delay(self):
        """The interpolation delay in seconds: a little more than two snapshots."""
        return 2.2 / self.snapshots_per_second

    def positions(self, now):
        """The places to draw in the player's area at local time `now`: {entity: Position}."""
        own = self.prediction.position(now, self.map)
        everybody = self._positions(now)
        if own:
            everybody = {entity: position for entity, position in everybody.items()
                         if position.area == own.area}
            everybody[self.player] = own
        return everybody

    def _positions(self, now):
        """The places of all players and NPCs, a little in the past."""
        if not self.snapshots:
            return {}
        tick = (now + self.clock_offset - self.delay) * self.ticks_per_second
        after = bisect_right([snapshot.tick for snapshot in self.snapshots], tick)
        if after == 0 or after == len(self.snapshots):
            return self.snapshots[min(after, len(self.snapshots) - 1)].positions
        earlier, later = self.snapshots[after - 1], self.snapshots[after]
        share = (tick - earlier.tick) / (later.tick - earlier.tick)
        return {entity: between(earlier.positions.get(entity, position), position, share)
                for entity, position in later.positions.items()}

    def scores(self):
        """(entity, Entity) of all players and NPCs, most tags first."""
        return sorted(self.entities.items(), key=lambda item: (-item[1].tags, item[1].name))


def between(a, b, share):
    """The position at a share of the way from a to b. Between two areas it is a."""
    if a.area != b.area:
        return a
    def mix(one, other):
        return one + (other - one) * share
    return protocol.Position(
        mix(a.x, b.x), mix(a.y, b.y), mix(a.velocity_x, b.velocity_x),
        mix(a.velocity_y, b.velocity_y), b.is_npc, b.is_immune, b.area)
