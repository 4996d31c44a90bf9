"""A Panda3D program in the realm of Samples/Realm: it logs in, walks over borders, and plays on behind them.

It uses Panda3D's networking classes and has no picture. Everything travels in the clear, so the realm's servers have to be
those of this machine and run without encryption: `Samples/run realm --plain`.
"""

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "PandaArena"))

import messages  # noqa: E402
from streams import PlainStream, StreamError  # noqa: E402
from zone import ZoneConnection  # noqa: E402

DIRECTIONS = {"east": (127, 0), "north": (0, 127), "west": (-127, 0), "south": (0, -127)}
LOCATE_INTERVAL = 0.5
FRAME = 1 / 60
PATIENCE = 60.0  # without a body


class RealmError(Exception):
    """The player is not, or no longer, in the realm. The text is for the player."""


class NotHere(Exception):
    """The zone does not have the character: a world server knows who does."""


def log_in(host, port, name):
    """Logs in at the world server, and waits for the zone that has the character."""
    world = PlainStream(host, port, 3.0)
    world.send(messages.log_in(name))
    deadline, asks = time.monotonic() + PATIENCE, None
    try:
        while time.monotonic() < deadline and world.is_open:
            world.wait(0.05)
            for datagram in world.receive():
                message = messages.read_world(datagram)
                if isinstance(message, messages.Destination):
                    return message
                if isinstance(message, messages.Refused):
                    raise RealmError(message.text)
                if isinstance(message, messages.Wait):
                    asks = time.monotonic() + LOCATE_INTERVAL
            if asks and time.monotonic() >= asks:
                world.send(messages.locate())
                asks = None
    finally:
        world.close()
    raise RealmError("no zone took the character")


class Player:
    """A character, and the connections to the zones that have it or are about to."""

    def __init__(self, name, destination, report):
        self.name = name
        self.report = report
        self.notices = 0
        self.connections = []
        self.here = None  # the connection to the zone that has the character
        self.zones = []
        self.begin(destination)

    def begin(self, destination):
        """Begins anew in the zone that a world server has named."""
        for connection in self.connections:
            connection.close()
        self.connections = [ZoneConnection(destination, self.name, 0)]
        self.here, self.notices = None, 0

    def poll(self):
        """Reads what zones say, and follows the character."""
        for connection in list(self.connections):
            for news in connection.poll():
                self._take(news, connection)
        if self.here is None and not any(each.stream.is_open for each in self.connections):
            raise NotHere
        # The old zone's last picture stays until the new one has shown the body.
        if self.here is not None and self.here.body is not None:
            for other in [other for other in self.connections if self._is_over(other)]:
                other.close()
                self.connections.remove(other)
            if not self.zones or self.zones[-1] != self.here.zone:
                self.zones.append(self.here.zone)
                self.report(event="zone", zone=self.here.zone, x=self.here.body.x,
                            y=self.here.body.y)

    def _is_over(self, connection):
        """Whether the character has gone on from there."""
        return connection.epoch is not None and connection.epoch < self.here.epoch

    def _take(self, news, connection):
        if isinstance(news, messages.Resumed):
            connection.epoch = news.epoch
            # Everything of lower epochs is void.
            if self.here is None or news.epoch > (self.here.epoch or (0, 0)):
                self.here = connection
        elif isinstance(news, (messages.Travel, messages.Moved)):
            self._connect(news.destination)
        elif isinstance(news, messages.Notice) and connection is self.here:
            self.notices = max(self.notices, news.number)
        elif isinstance(news, (messages.AskWorld, messages.Goodbye)) \
                and self.here in (None, connection):
            if isinstance(news, messages.Goodbye) and news.is_final:
                raise RealmError(news.text)
            raise NotHere

    def _connect(self, destination):
        """Connects to a zone, unless that is so already. A zone that it has left before is another one now, and so is a
        seat of another credential: where a zone stood still, the seat that it kept was over, and it keeps a new one."""
        for connection in list(self.connections):
            if connection.zone != destination.zone or self.here and self._is_over(connection):
                continue
            if connection is self.here or connection.credential == destination.credential:
                return
            connection.close()
            self.connections.remove(connection)
        self.connections.append(ZoneConnection(destination, self.name, self.notices))

    def walk(self, east, north):
        """Both zones get the commands, so the new one has them when the body comes."""
        for connection in self.connections:
            connection.send_command(east, north)

    def leave(self):
        for connection in self.connections:
            connection.close(leaves=connection is self.here)


def play(options, report):
    """Walks until it has been in as many zones as wanted, and a second longer."""
    destination = log_in(options.host, options.port, options.name)
    player = Player(options.name, destination, report)
    started = heard = time.monotonic()
    end = ticks = None
    try:
        while end is None or time.monotonic() < end:
            try:
                player.poll()
            except NotHere:
                time.sleep(LOCATE_INTERVAL)
                player.begin(log_in(options.host, options.port, options.name))
            player.walk(*DIRECTIONS[options.walk])
            now = time.monotonic()
            if player.here and player.here.body:
                if ticks != (player.here.zone, player.here.body_tick):
                    ticks, heard = (player.here.zone, player.here.body_tick), now
            if now - heard > PATIENCE:
                raise RealmError("no zone says where the character is")
            if now - started > options.seconds:
                break
            if end is None and len(player.zones) > options.borders:
                end = now + 1
            time.sleep(FRAME)
        body = player.here.body if player.here else None
        report(event="end", zones=player.zones, x=body.x if body else None,
               y=body.y if body else None, character=body.character if body else None)
    finally:
        player.leave()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1", help="the world server's (127.0.0.1)")
    parser.add_argument("--port", type=int, default=9200, help="its port for players (9200)")
    parser.add_argument("--name", default="Panda", help="your name in the realm")
    parser.add_argument("--walk", choices=DIRECTIONS, default="east", help="where to (east)")
    parser.add_argument("--borders", type=int, default=1, help="how many to cross (1)")
    parser.add_argument("--seconds", type=float, default=60, help="at most so long (60)")
    options = parser.parse_args()
    try:
        play(options, lambda **fields: print(json.dumps(fields), flush=True))
    except (RealmError, StreamError, messages.MessageError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
