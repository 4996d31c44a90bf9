"""What travels between this client and a realm, as "A realm's clients" in Documentation/Wire.md says: bytes only.

Everything is little-endian, as Panda3D's Datagram writes it. A text and a blob are a 16-bit count and their bytes.
"""

import struct
from dataclasses import dataclass

from direct.distributed.PyDatagram import PyDatagram
from direct.distributed.PyDatagramIterator import PyDatagramIterator

from walker import BodyError, read_walker, schema_hash

VERSION = 2
GAME = "realm"
ZONE_GAME = "realm in zones"


class MessageError(Exception):
    """A message of a server that this client does not understand."""


@dataclass(frozen=True)
class Welcome:
    character: int


@dataclass(frozen=True)
class Wait:
    """No zone has the character yet."""


@dataclass(frozen=True)
class Refused:
    text: str


@dataclass(frozen=True)
class Goodbye:
    """The zone ends the session. A world server knows whether the player may go on elsewhere."""
    code: int
    text: str

    @property
    def is_final(self):
        """Whether the player was sent away: 2 by the game, 3 for what this client sent."""
        return self.code in (2, 3)


@dataclass(frozen=True)
class Destination:
    """Where to connect, and what to present there."""
    zone: str
    address: str
    credential: bytes


@dataclass(frozen=True)
class ZoneWelcome:
    session: int
    random: bytes
    cipher: int
    udp_port: int


@dataclass(frozen=True)
class Travel:
    """Connect there, and play on here."""
    destination: Destination


@dataclass(frozen=True)
class Moved:
    """The character is there now."""
    destination: Destination


@dataclass(frozen=True)
class Resumed:
    """The zone has the character, from this epoch on."""
    epoch: tuple


@dataclass(frozen=True)
class Notice:
    number: int


@dataclass(frozen=True)
class AskWorld:
    """The zone does not have the character."""


@dataclass(frozen=True)
class Snapshot:
    tick: int
    body: object  # a Walker; None if the player moves none


# What the client sends -----------------------------------------------------------------------

def log_in(name):
    """To a world server: a session by a name alone."""
    datagram = PyDatagram()
    datagram.addUint8(1)
    for text in (GAME, name, ""):
        datagram.addString(text)
    return datagram


def locate():
    """To a world server: where is my character?"""
    datagram = PyDatagram()
    datagram.addUint8(4)
    return datagram


def hello(name, random, credential, notices):
    """To a zone, the first message. The ticket is the credential, the join value how many notices were counted."""
    datagram = PyDatagram()
    datagram.addUint8(1)
    datagram.addUint16(VERSION)
    datagram.addString(ZONE_GAME)
    datagram.addString(name)
    datagram.appendData(random)
    datagram.addUint8(0)
    for blob in (credential, struct.pack("<Q", notices)):
        datagram.addUint16(len(blob))
        datagram.appendData(blob)
    datagram.addUint64(schema_hash())
    return datagram


def leave():
    """To a zone, the last message: the character leaves the realm."""
    datagram = PyDatagram()
    datagram.addUint8(3)
    return datagram


def commands(newest, count, packet, east, north):
    """The payload of an input: the same command for so many ticks up to the newest one, at most 16."""
    repeated = (1 << count) - 2  # all but the newest equal the one behind them
    return (b"\x00" + struct.pack("<IBHBH", newest, packet & 0xFF, 0xFFFF, count, repeated)
            + b"\x02" + struct.pack("<bb", east, north))


# What servers send ---------------------------------------------------------------------------

def read_world(datagram):
    """A world server's message; None for what this client does not need."""
    return _read(datagram, _world_message)


def read_zone(datagram):
    """A zone's message over TCP; None for what this client does not need."""
    return _read(datagram, _zone_message)


def read_snapshot(payload):
    """A world snapshot: its tick, and the player's body. None if an earlier packet of the tick has that."""
    try:
        head = payload[1:1 + payload[0]]
        tick = struct.unpack_from("<I", head)[0]
        rest = head[19:] if head[10] else head[11:]
        kind, rest = rest[0] & 0x7F, rest[9:] if rest[0] & 0x80 else rest[1:]
        if kind == 0:
            return None
        return Snapshot(tick, read_walker(rest[4:]) if kind == 2 else None)
    except (IndexError, struct.error, BodyError) as problem:
        raise MessageError(f"a snapshot ends too early: {problem}") from None


def _read(datagram, reader):
    try:
        return reader(PyDatagramIterator(datagram))
    except (AssertionError, UnicodeDecodeError):
        raise MessageError("a message ends too early, or has a text that is none") from None


def _world_message(fields):
    kind = fields.getUint8()
    if kind == 1:
        return Welcome(fields.getUint64())
    if kind == 2:
        zone = _process(fields)
        _epoch(fields)
        fields.getUint64()
        address = fields.getString()
        ticket = fields.extractBytes(fields.getUint16())
        return Destination(zone, address, b"\x02" + struct.pack("<H", len(ticket)) + ticket)
    if kind == 3:
        return Wait()
    if kind == 4:
        return Refused(f"the session is over ({fields.getUint8()})")
    if kind in (5, 9):
        return Refused(fields.getString())
    return None


def _zone_message(fields):
    kind = fields.getUint8()
    if kind == 1:
        fields.getUint16()
        fields.getUint32()
        session, random, cipher = fields.getUint32(), fields.extractBytes(32), fields.getUint8()
        fields.extractBytes(16)
        return ZoneWelcome(session, random, cipher, fields.getUint16())
    if kind == 2:
        return _notice(fields)
    if kind == 3:
        return Goodbye(fields.getUint8(), fields.getString())
    return None


def _notice(fields):
    kind = fields.getUint8()
    if kind == 0:
        return Notice(fields.getUint64())
    if kind == 2:
        return AskWorld()
    kind = fields.getUint8()
    if kind == 3:
        return Resumed(_epoch(fields))
    character = fields.getUint64()
    _epoch(fields)
    fields.getUint64()
    zone = _process(fields)
    address = fields.extractBytes(fields.getUint8()).decode("ascii")
    credential = b"\x01" + struct.pack("<QQ", character, fields.getUint64())
    return (Travel if kind == 1 else Moved)(Destination(zone, address, credential))


def _process(fields):
    """The zone's name of a process."""
    zone = fields.extractBytes(fields.getUint8()).decode("ascii")
    fields.getUint64()
    return zone


def _epoch(fields):
    return fields.getUint32(), fields.getUint64()
