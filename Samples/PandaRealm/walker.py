"""The realm's types of entities, and how the player's own body travels: bits in, numbers out.

It follows "Words" and "A packet" of the section "Replication" in Documentation/Wire.md. The server sends the
player's body whole in each snapshot. This client reads that and leaves out the rest of a packet.
"""

from dataclasses import dataclass

# Fields as `Walker.fields` and `Coin.fields` in Samples/Realm declare them: name, summary, and for each of the
# field's words its bits and its value in a new entity.
WALKER = [
    ("position", "2 × fixed 0.0...200.0 by 0.001953125", [(17, 0), (17, 0)]),
    ("position velocity", "2 × fixed -16.0...16.0 by 0.001953125", [(15, 8192), (15, 8192)]),
    ("waves", "integer 0...65535", [(16, 0)]),
    ("coins", "integer 0...65535", [(16, 0)]),
    ("character", "integer 0...4294967295", [(32, 0)]),
]
COIN = [("position", "2 × fixed 0.0...200.0 by 0.0625", [(12, 0), (12, 0)])]
TYPES = [("walker", WALKER), ("coin", COIN)]
WORDS = [word for _, _, words in WALKER for word in words]
PRECISION = 1 / 512


@dataclass(frozen=True)
class Walker:
    x: float  # metres
    y: float
    waves: int
    coins: int
    character: int


class BodyError(Exception):
    """The bits are no walker."""


def schema_hash():
    """The hash by which client and server compare their types."""
    return fnv(b"".join(type_hash(name, fields).to_bytes(8, "little") for name, fields in TYPES))


def type_hash(name, fields):
    texts = [text.encode() for text in [name] + [text for field, summary, _ in fields
                                                 for text in (field, summary)]]
    parts = [part for text in texts for part in (len(text).to_bytes(8, "little"), text)]
    words = [word.to_bytes(8, "little") for _, _, words in fields for _, word in words]
    return fnv(b"".join(parts + words))


def fnv(data):
    """FNV-1a of 64 bits."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return value


def read_walker(data):
    """A walker's whole state: what differs from a new one."""
    bits = Bits(data)
    changed = [bits.take(1) for _ in WORDS]  # they are fewer than eight, so one group
    words = [value if not is_changed else value + step(bits, size) & (1 << size) - 1
             for is_changed, (size, value) in zip(changed, WORDS)]
    return Walker(words[0] * PRECISION, words[1] * PRECISION, *words[4:])


def step(bits, size):
    """How far a word is from its value in a new walker."""
    code = bits.take((4, 7, 10, size)[bits.take(2)])
    return (code + 1) // 2 if code % 2 else -(code + 2) // 2


class Bits:
    """Bits of bytes, the lowest of the first byte first."""

    def __init__(self, data):
        self.value, self.left = int.from_bytes(data, "little"), len(data) * 8

    def take(self, count):
        if count > self.left:
            raise BodyError("the body ends too early")
        bits, self.value = self.value & (1 << count) - 1, self.value >> count
        self.left -= count
        return bits
