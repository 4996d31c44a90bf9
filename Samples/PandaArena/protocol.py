"""What travels between the client and the arena's server: bytes only, no sockets.

Everything is little-endian, as Panda3D's Datagram writes it. Over TCP each message is one
datagram of Panda3D's own framing (2-byte length), over UDP one with its 2-byte checksum.
A string is a 16-bit byte count and UTF-8, which is what `addString` and `getString` do.
"""

from dataclasses import dataclass

from direct.distributed.PyDatagram import PyDatagram
from direct.distributed.PyDatagramIterator import PyDatagramIterator

VERSION = 1
GAME = "arena"
NO_ENTITY = 0
MAX_NAME_BYTES = 32
MAX_CHAT_BYTES = 200


class ProtocolError(Exception):
    """A message of the server that this client does not understand."""


# What the client sends ---------------------------------------------------------------------

def hello(name):
    """TCP, the first message: the player's name and the game."""
    datagram = PyDatagram()
    datagram.addUint8(1)
    datagram.addUint16(VERSION)
    datagram.addString(GAME)
    datagram.addString(cut(name, MAX_NAME_BYTES))
    return datagram


def chat(text):
    """TCP: a request whose payload is the arena's chat message."""
    datagram = PyDatagram()
    datagram.addUint8(2)
    datagram.addUint8(1)
    datagram.addString(printable(cut(text, MAX_CHAT_BYTES)))
    return datagram


def leave():
    """TCP, the last message."""
    datagram = PyDatagram()
    datagram.addUint8(3)
    return datagram


def ping(token, milliseconds):
    """UDP: tells the server the client's address, and measures the round trip."""
    datagram = PyDatagram()
    datagram.addUint64(token)
    datagram.addUint8(1)
    datagram.addUint32(milliseconds & 0xFFFFFFFF)
    return datagram


def command(token, sequence, east, north, dash):
    """UDP: the direction to walk in, each axis from -1 to 1."""
    datagram = PyDatagram()
    datagram.addUint64(token)
    datagram.addUint8(2)
    datagram.addUint32(sequence)
    datagram.addInt8(round(max(-1, min(1, east)) * 127))
    datagram.addInt8(round(max(-1, min(1, north)) * 127))
    datagram.addUint8(1 if dash else 0)
    return datagram


def cut(text, limit):
    """As much of the text as fits into that many bytes of UTF-8, whole characters only."""
    return text.encode("utf-8", "ignore")[:limit].decode("utf-8", "ignore")


def printable(text):
    """The text without control characters, which the server refuses."""
    return "".join(character for character in text if character.isprintable())


# What the server sends ---------------------------------------------------------------------

@dataclass(frozen=True)
class Welcome:
    player: int
    token: int
    udp_port: int
    ticks_per_second: int
    snapshots_per_second: int
    name: str


@dataclass(frozen=True)
class Goodbye:
    code: int
    text: str


@dataclass(frozen=True)
class Chat:
    player: int
    text: str


@dataclass(frozen=True)
class Joined:
    entity: int
    is_npc: bool
    name: str


@dataclass(frozen=True)
class Left:
    entity: int


@dataclass(frozen=True)
class Score:
    entity: int
    tags: int


@dataclass(frozen=True)
class Map:
    side: float
    obstacles: tuple  # of (min x, min y, max x, max y), in metres


@dataclass(frozen=True)
class Tagged:
    tagger: int
    tagged: int


@dataclass(frozen=True)
class Pong:
    milliseconds: int
    tick: int


@dataclass(frozen=True)
class Position:
    x: float  # metres
    y: float
    velocity_x: float  # metres per second
    velocity_y: float
    is_npc: bool
    is_immune: bool
    area: int = 0


@dataclass(frozen=True)
class Snapshot:
    tick: int
    acknowledged: int  # the newest command of this client that the server has applied
    it: int
    positions: dict  # of Position, by entity


def read_tcp(datagram):
    """A TCP datagram from the server as Welcome, Goodbye or one of the notices."""
    return _read(datagram, {1: _welcome, 2: _notice, 3: _goodbye})


def read_udp(datagram):
    """A UDP datagram from the server as Pong or Snapshot."""
    return _read(datagram, {1: _pong, 2: _snapshot})


def _read(datagram, readers):
    fields = PyDatagramIterator(datagram)
    try:
        kind = fields.getUint8()
        if kind not in readers:
            raise ProtocolError(f"unknown message {kind}")
        return readers[kind](fields)
    except AssertionError:
        raise ProtocolError("a message ends too early") from None
    except UnicodeDecodeError:
        raise ProtocolError("a text is not UTF-8") from None


def _welcome(fields):
    version = fields.getUint16()
    if version != VERSION:
        raise ProtocolError(f"the server speaks version {version}, this client {VERSION}")
    return Welcome(fields.getUint32(), fields.getUint64(), fields.getUint16(),
                   fields.getUint16(), fields.getUint16(), fields.getString())


def _goodbye(fields):
    return Goodbye(fields.getUint8(), fields.getString())


def _notice(fields):
    kind = fields.getUint8()
    if kind == 1:
        return Chat(fields.getUint32(), fields.getString())
    if kind == 2:
        return Joined(fields.getUint32(), fields.getUint8() == 1, fields.getString())
    if kind == 3:
        return Left(fields.getUint32())
    if kind == 4:
        return Score(fields.getUint32(), fields.getUint16())
    if kind == 5:
        return Map(fields.getFloat32(), tuple(
            tuple(fields.getFloat32() for _ in range(4)) for _ in range(fields.getUint16())))
    if kind == 6:
        return Tagged(fields.getUint32(), fields.getUint32())
    raise ProtocolError(f"unknown notice {kind}")


def _pong(fields):
    return Pong(fields.getUint32(), fields.getUint32())


def _snapshot(fields):
    tick, acknowledged, it = fields.getUint32(), fields.getUint32(), fields.getUint32()
    positions = {}
    for _ in range(fields.getUint16()):
        entity = fields.getUint32()
        x, y = fields.getInt16() / 100, fields.getInt16() / 100
        velocity_x, velocity_y = fields.getInt8() / 10, fields.getInt8() / 10
        flags = fields.getUint8()
        positions[entity] = Position(
            x, y, velocity_x, velocity_y, bool(flags & 1), bool(flags & 2), flags >> 2 & 3)
    return Snapshot(tick, acknowledged, it, positions)
