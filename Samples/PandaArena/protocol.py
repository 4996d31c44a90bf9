"""What travels between the client and the arena's server: bytes only, no sockets.

Everything is little-endian, as Panda3D's Datagram writes it. Over TCP each message is one
datagram of Panda3D's own framing (2-byte length). What travels over UDP is in packets.py; here are
the payloads of those packets. A string is a 16-bit byte count and UTF-8, which is what `addString`
and `getString` do.
"""

from dataclasses import dataclass

from direct.distributed.PyDatagram import PyDatagram
from direct.distributed.PyDatagramIterator import PyDatagramIterator

VERSION = 2
GAME = "arena"
NO_ENTITY = 0
MAX_NAME_BYTES = 32
MAX_CHAT_BYTES = 200
RANDOM_BYTES = 32
SECRET_BYTES = 16


class ProtocolError(Exception):
    """A message of the server that this client does not understand."""


# What the client sends ---------------------------------------------------------------------

def hello(name, random, secret=None):
    """TCP, the first message: the player's name, the game, our part of the packets' keys, and the
    secret of an invite that has one."""
    datagram = PyDatagram()
    datagram.addUint8(1)
    datagram.addUint16(VERSION)
    datagram.addString(GAME)
    datagram.addString(cut(name, MAX_NAME_BYTES))
    datagram.appendData(random)
    datagram.addBool(secret is not None)
    datagram.appendData(secret or b"")
    datagram.addUint16(0)  # the arena asks for no ticket,
    datagram.addUint16(0)  # and for nothing beside the name
    return datagram


def resume(player, secret, attempt, notices, random):
    """TCP, the first message of another connection: the session goes on after so many notices."""
    datagram = PyDatagram()
    datagram.addUint8(4)
    datagram.addUint16(VERSION)
    datagram.addUint32(player)
    datagram.appendData(secret)
    datagram.addUint32(attempt)
    datagram.addUint64(notices)
    datagram.appendData(random)
    datagram.addString(GAME)
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


def tunnelled(packet):
    """TCP: a packet that would go over UDP, if that were not blocked."""
    datagram = PyDatagram()
    datagram.addUint8(5)
    datagram.appendData(packet)
    return datagram


def command(sequence, east, north, dash):
    """The payload of a packet: the direction to walk in, each axis from -1 to 1."""
    datagram = PyDatagram()
    datagram.addUint32(sequence)
    datagram.addInt8(round(max(-1, min(1, east)) * 127))
    datagram.addInt8(round(max(-1, min(1, north)) * 127))
    datagram.addUint8(1 if dash else 0)
    return bytes(datagram)


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
    session: int  # the number in the header of packets
    random: bytes  # the server's part of the packets' keys
    cipher: int  # 0 for tokens
    secret: bytes  # of the first resume
    udp_port: int
    ticks_per_second: int
    snapshots_per_second: int
    name: str


@dataclass(frozen=True)
class Resumed:
    requests: int  # that the server has received
    random: bytes
    to_server: int  # the epochs in which the new keys begin
    to_client: int
    secret: bytes  # of the next resume


@dataclass(frozen=True)
class Tunnelled:
    packet: bytes


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


NOTICES = (Chat, Joined, Left, Score, Map, Tagged)


def read_tcp(datagram):
    """A TCP datagram from the server as Welcome, Resumed, Tunnelled, Goodbye or one of the notices."""
    return _read(datagram, _message)


def read_snapshot(payload):
    """The payload of a packet from the server as Snapshot."""
    return _read(PyDatagram(payload), _snapshot)


def _read(datagram, reader):
    fields = PyDatagramIterator(datagram)
    try:
        message = reader(fields)
        if fields.getRemainingSize():
            raise ProtocolError("a message is longer than its fields")
        return message
    except AssertionError:
        raise ProtocolError("a message ends too early") from None
    except UnicodeDecodeError:
        raise ProtocolError("a text is not UTF-8") from None


def _message(fields):
    readers = {1: _welcome, 2: _notice, 3: _goodbye, 4: _resumed, 5: _tunnelled}
    kind = fields.getUint8()
    if kind not in readers:
        raise ProtocolError(f"unknown message {kind}")
    return readers[kind](fields)


def _welcome(fields):
    version = fields.getUint16()
    if version != VERSION:
        raise ProtocolError(f"the server speaks version {version}, this client {VERSION}")
    return Welcome(
        fields.getUint32(), fields.getUint32(), _bytes(fields, RANDOM_BYTES), fields.getUint8(),
        _bytes(fields, SECRET_BYTES), fields.getUint16(), fields.getUint16(), fields.getUint16(),
        fields.getString())


def _resumed(fields):
    return Resumed(fields.getUint64(), _bytes(fields, RANDOM_BYTES), fields.getUint32(),
                   fields.getUint32(), _bytes(fields, SECRET_BYTES))


def _tunnelled(fields):
    return Tunnelled(fields.extractBytes(fields.getRemainingSize()))


def _bytes(fields, count):
    if fields.getRemainingSize() < count:
        raise ProtocolError("a message ends too early")
    return fields.extractBytes(count)


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
