"""The packets of a session, as a client sends and reads them.

Bytes and times go in, bytes come out: there are no sockets and no clocks here. It follows the
section "Packets" of Documentation/Wire.md. Times are in seconds.

A packet is a header of 8 bytes, frames, and 8 or 16 bytes that prove who made it. `Tokens`, here,
makes and checks those bytes for a plain session, and `Keys` (sealing.py) for an encrypted one.
"""

import os
import struct
from collections import deque
from dataclasses import dataclass
from hmac import compare_digest

from ways import TUNNEL, UDP, WaySelector

VERSION = 1
HEADER_BYTES = 8
MAXIMUM_BYTES = 1200
PADDED_PACKETS = 16
ACKNOWLEDGEMENT_DELAY = 0.06
MOST_UNACKNOWLEDGED = 32  # packets that came; then the acknowledgement waits no longer
FURTHEST_AHEAD = 1 << 22
MOST_REMEMBERED = 256  # sent packets

# The kinds of frames.
PADDING, PING, PONG, CHALLENGE, RESPONSE, ACKNOWLEDGEMENT, COMMAND, INPUT, SNAPSHOT, \
    WORLD_SNAPSHOT = range(10)
# The bytes behind the kind, of a server's frames. Payloads have all bytes that are left.
FRAME_BYTES = {PONG: 8, CHALLENGE: 8, RESPONSE: 8, ACKNOWLEDGEMENT: 12}
PAYLOADS = (SNAPSHOT, WORLD_SNAPSHOT)


class PacketError(Exception):
    """A packet is dropped: it is not the server's, it came before, or it is malformed."""


@dataclass(frozen=True)
class Arrival:
    """What a packet brought for the game."""
    pong: tuple = None  # the ping's mark, the newest tick
    kind: int = None  # of the payload
    payload: bytes = None


class Packets:
    """The client's end of one session."""

    def __init__(self, session, protection):
        self.session = session
        self.protection = protection
        self.received = Received()
        self.round_trip = RoundTrip()
        self.way = WaySelector()
        self.next_number = 0  # over UDP and the tunnel, and over all keys
        self.newest_acknowledged = -1
        self.unacknowledged = {}  # packets over UDP: when each was sent, by number
        self.padded = 0
        self.is_heard = False  # a packet over UDP was acknowledged
        self.ping = None
        self.responses = deque(maxlen=2)

    # Sending -------------------------------------------------------------------------------

    def ask(self, mark):
        """The next packet asks the server for its newest tick."""
        self.ping = mark

    def send(self, kind, payload, now):
        """The packets of a payload, as (way, bytes): one, or one each way while UDP is in doubt."""
        frame = bytes([kind]) + payload
        ways = [self.way.name]
        if self.way.is_doubtful(self.round_trip.way_timeout, now):
            ways.append(TUNNEL)
        return [packet for way in ways for packet in self._packet(way, self._waiting(), frame, now)]

    def due(self, now):
        """The protocol's own packets that are due, as (way, bytes). Call it in every frame."""
        self.way.update(self.round_trip.way_timeout, now)
        packets = []
        if self.way.takes_probe(now):
            packets += self._packet(UDP, {CHALLENGE: os.urandom(8)}, b"", now)
        while self.ping is not None or self.responses or self.received.is_due(now):
            packet = self._packet(self.way.name, self._waiting(), b"", now)
            if not packet:
                break
            packets += packet
        return packets

    def _waiting(self):
        """The control frames that the next packet takes along."""
        frames = {}
        if self.received.waiting:
            frames[ACKNOWLEDGEMENT] = self.received.acknowledgement()
        if self.ping is not None:
            frames[PING] = struct.pack("<I", self.ping)
        if self.responses:
            frames[RESPONSE] = self.responses[0]
        return frames

    def _packet(self, way, control, payload, now):
        """A packet, in a list, or none where the server has not acknowledged for too long."""
        number = self.next_number
        if number - self.newest_acknowledged > FURTHEST_AHEAD:
            return []
        self.next_number += 1
        self._forget(control)
        frames = b"".join(bytes([kind]) + fields for kind, fields in control.items())
        if way == TUNNEL:
            header = self._header(self.protection.sealing_epoch, number)
            return [(TUNNEL, header + frames + payload)]
        epoch = self.protection.epoch(number, self.round_trip.timeout, now)
        frames += bytes(self._padding(len(frames) + len(payload))) + payload
        if payload or any(kind != ACKNOWLEDGEMENT for kind in control):
            self.way.sent(now)
            self.unacknowledged[number] = now
            if len(self.unacknowledged) > MOST_REMEMBERED:
                del self.unacknowledged[next(iter(self.unacknowledged))]  # the oldest
        return [(UDP, self.protection.seal(self._header(epoch, number), number, frames))]

    def _forget(self, control):
        """These frames are on their way."""
        if ACKNOWLEDGEMENT in control:
            self.received.waiting = 0
        if PING in control:
            self.ping = None
        if RESPONSE in control:
            self.responses.popleft()

    def _header(self, epoch, number):
        return (bytes([VERSION << 4 | (epoch & 3) << 2]) + struct.pack("<I", self.session)
                + (number & 0xFFFFFF).to_bytes(3, "little"))

    def _padding(self, count):
        """How many zeros fill up one of the first packets: the server may answer three times as much."""
        if self.is_heard or self.padded >= PADDED_PACKETS:
            return 0
        self.padded += 1
        return max(0, MAXIMUM_BYTES - HEADER_BYTES - count - self.protection.overhead)

    # Receiving -----------------------------------------------------------------------------

    def take(self, packet, now):
        """Takes a packet that came over UDP."""
        number = self._number(packet)
        frames = self.protection.open(
            packet[:HEADER_BYTES], number, packet[HEADER_BYTES:], self.round_trip.timeout, now)
        if frames is None:
            raise PacketError("it is not the server's")
        return self._take(number, frames, now, True)

    def take_tunnelled(self, packet, now):
        """Takes a packet that came through the tunnel, with neither token nor tag."""
        return self._take(self._number(packet), packet[HEADER_BYTES:], now, False)

    def _number(self, packet):
        """The number of a packet that is of this session and did not come before."""
        if len(packet) < HEADER_BYTES:
            raise PacketError("it is too short")
        first, session = struct.unpack_from("<BI", packet)
        if first >> 4 != VERSION or first & 3 or session != self.session:
            raise PacketError("it has another version or session")
        number = self.received.expand(int.from_bytes(packet[5:8], "little"))
        if not self.received.is_new(number):
            raise PacketError("it came before, or is too old")
        return number

    def _take(self, number, frames, now, over_udp):
        try:
            control, kind, payload = read_frames(frames)
        except PacketError:
            self.received.insert(number)
            raise
        asks = kind is not None or any(kind != ACKNOWLEDGEMENT for kind in control)
        self.received.insert(number, asks, now)
        if CHALLENGE in control:
            self.responses.append(control[CHALLENGE])
        if ACKNOWLEDGEMENT in control:
            self._acknowledge(*struct.unpack("<IQ", control[ACKNOWLEDGEMENT]), now, over_udp)
        pong = struct.unpack("<II", control[PONG]) if PONG in control else None
        return Arrival(pong, kind, payload)

    def _acknowledge(self, low, history, now, over_udp):
        """The server has the packet with these low bits, and n + 1 before it where bit n is set."""
        last = self.next_number - 1
        newest = last - ((last - low) & 0xFFFFFFFF)
        if newest < 0:
            raise PacketError("it acknowledges what was never sent")
        self.newest_acknowledged = max(self.newest_acknowledged, newest)
        named = [newest] + [newest - 1 - n for n in range(64) if history >> n & 1]
        arrived = [number for number in named if number in self.unacknowledged]
        if not arrived:
            return
        self.is_heard = True
        if over_udp:  # the tunnel repeats what was lost over UDP, later
            self.round_trip.measure(now - self.unacknowledged[arrived[0]])
        self.protection.confirm(arrived[0], now)
        self.way.acknowledged(now)
        for number in arrived:
            del self.unacknowledged[number]


def read_frames(data):
    """The frames of a server's packet: ({kind: bytes}, the payload's kind, the payload)."""
    if not data:
        raise PacketError("it has no frames")
    control, offset = {}, 0
    while offset < len(data):
        kind = data[offset]
        offset += 1
        if kind in PAYLOADS:
            return control, kind, data[offset:]
        if kind == PADDING:
            continue
        count = FRAME_BYTES.get(kind)
        if count is None or kind in control or offset + count > len(data):
            raise PacketError(f"frame {kind} is unknown, repeated or cut off")
        control[kind] = data[offset:offset + count]
        offset += count
    return control, None, None


class Received:
    """The numbers of the packets that came, to refuse each a second time and to acknowledge them."""

    WINDOW = 1024

    def __init__(self):
        self.highest = -1
        self.bits = 0  # bit n: the packet n before the highest came
        self.waiting = 0  # how many packets are to be acknowledged
        self.deadline = 0.0

    def expand(self, low):
        """The whole number with these low 24 bits that is nearest to the one expected next."""
        expected = self.highest + 1
        number = expected & ~0xFFFFFF | low
        if number + (1 << 23) <= expected:
            return number + (1 << 24)
        if number > expected + (1 << 23) and number >= 1 << 24:
            return number - (1 << 24)
        return number

    def is_new(self, number):
        back = self.highest - number
        return back < 0 or back < self.WINDOW and not self.bits >> back & 1

    def insert(self, number, asks=False, now=0.0):
        """A packet came. `asks`: it has other frames than padding and acknowledgements."""
        ahead = number - self.highest
        if ahead > 0:
            self.bits = self.bits << min(ahead, self.WINDOW) & (1 << self.WINDOW) - 1
            self.highest = number
        self.bits |= 1 << (self.highest - number)
        if asks:
            if not self.waiting:
                self.deadline = now + ACKNOWLEDGEMENT_DELAY
            self.waiting += 1

    def is_due(self, now):
        """Whether an acknowledgement waits for no other frame any more."""
        return self.waiting and (now >= self.deadline or self.waiting >= MOST_UNACKNOWLEDGED)

    def acknowledgement(self):
        return struct.pack("<IQ", self.highest & 0xFFFFFFFF, self.bits >> 1 & (1 << 64) - 1)


class RoundTrip:
    """The smoothed round trip over UDP, and the probe timeout (RFC 9002, 5.3 and 6.2.1)."""

    def __init__(self):
        self.smoothed = None
        self.variation = 0.0
        self.timeout = 1.0

    @property
    def way_timeout(self):
        """The probe timeout by which UDP is judged, shorter before the first sample."""
        return 1 / 3 if self.smoothed is None else self.timeout

    def measure(self, sample):
        if self.smoothed is None:
            self.smoothed, self.variation = sample, sample / 2
        else:
            self.variation += (abs(self.smoothed - sample) - self.variation) / 4
            self.smoothed += (sample - self.smoothed) / 8
        self.timeout = min(
            self.smoothed + max(4 * self.variation, 0.001) + ACKNOWLEDGEMENT_DELAY, 3.0)


class Tokens:
    """What proves whose a plain session's packets are: 8 readable bytes in each direction."""

    overhead = 8
    sealing_epoch = 0

    def __init__(self, server_random):
        self.to_server, self.to_client = server_random[:8], server_random[8:16]

    def epoch(self, number, timeout, now):
        return 0

    def seal(self, header, number, frames):
        return header + frames + self.to_server

    def open(self, header, number, rest, timeout, now):
        """The frames; None if the packet is not the server's."""
        return rest[:-8] if compare_digest(rest[-8:], self.to_client) else None

    def confirm(self, number, now):
        pass
