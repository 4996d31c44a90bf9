"""A report of what the client sees, as lines of JSON on standard output, for tests."""

import json
from math import hypot

import protocol


class Report:
    """Prints events as they come and a summary at the end; nothing when it is switched off."""

    def __init__(self, enabled):
        self.enabled = enabled
        self.snapshots = 0
        self.acknowledged = 0
        self.lines_heard = 0
        self.tracks = {}  # entity: Track
        self.in_sight = set()

    def event(self, kind, **fields):
        if self.enabled:
            print(json.dumps({"event": kind, **fields}), flush=True)

    def message(self, message, arena):
        """Reports a message of the server, after the arena has taken it."""
        if isinstance(message, protocol.Snapshot):
            self.snapshots += 1
            self.acknowledged = max(self.acknowledged, message.acknowledged)
            self.in_sight = set(message.positions)
            for entity, position in message.positions.items():
                self.tracks.setdefault(entity, Track(position)).add(position)
        elif isinstance(message, protocol.Map):
            self.event("map", side=message.side, obstacles=len(message.obstacles))
        elif isinstance(message, protocol.Chat):
            self.lines_heard += 1
            self.event("chat", player=message.player, name=arena.name_of(message.player),
                       text=message.text)
        elif isinstance(message, protocol.Tagged):
            self.event("tagged", tagger=message.tagger, tagged=message.tagged)

    def has_walked(self, player, metres):
        """Whether the player, and one of each kind in sight, has walked that far."""
        others = [self.tracks[entity] for entity in self.in_sight if entity != player]
        kinds = [[track for track in others if track.is_npc == is_npc] for is_npc in (False, True)]
        kinds = [kind for kind in kinds if kind] + [[self.tracks.get(player)]]
        return all(any(track and track.travelled >= metres for track in kind) for kind in kinds)

    def summary(self, arena, session):
        own = self.tracks.get(arena.player)
        self.event(
            "summary", snapshots=self.snapshots, commands=session.sequence,
            acknowledged=self.acknowledged,
            snapshots_over_udp=session.snapshots_over_udp,
            round_trip_ms=None if session.round_trip is None else session.round_trip * 1000,
            first=own.first if own else None, last=own.last if own else None,
            travelled=own.travelled if own else 0,
            correction=usual(arena.prediction.corrections),
            others=[{"id": entity, "name": arena.name_of(entity), "npc": track.is_npc,
                     "travelled": track.travelled}
                    for entity, track in self.tracks.items() if entity != arena.player])


def usual(lengths):
    """The median, in metres; None without lengths."""
    return round(sorted(lengths)[len(lengths) // 2], 3) if lengths else None


class Track:
    """The first and last place of one entity, and how far it walked, in metres."""

    def __init__(self, position):
        self.first = self.last = (position.x, position.y)
        self.is_npc = position.is_npc
        self.travelled = 0.0

    def add(self, position):
        here = (position.x, position.y)
        self.travelled = round(
            self.travelled + hypot(here[0] - self.last[0], here[1] - self.last[1]), 2)
        self.last = here
