"""Checks the packet layer of Samples/PandaArena alone, and the examples in Documentation/Wire.md.

Prints {"passed": n, "failed": [...]}. Keys are checked only where Python has the module
`cryptography`: {"keys": false} says that they were not.
"""

import sys
import traceback
from importlib.util import find_spec
from pathlib import Path

from peer import report

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "Samples/PandaArena"))

from direct.distributed.PyDatagram import PyDatagram  # noqa: E402

import protocol  # noqa: E402
from packets import (  # noqa: E402
    ACKNOWLEDGEMENT, CHALLENGE, COMMAND, HEADER_BYTES, PING, RESPONSE, PacketError, Packets,
    Received, Tokens, read_frames)
from ways import TUNNEL, UDP  # noqa: E402

PAGE = "".join((ROOT / "Documentation/Wire.md").read_text(encoding="utf-8").split())
SESSION = 0x67812345
RANDOM = bytes.fromhex("1111111111111111 1122334455667788") + bytes(16)
GOLDEN = "1045238167000000 05 01000000 0100000000000000 08 abcd 1122334455667788"
SEALED = "1045238167000000 7a075cf143224c3cccfb8c1cc7e61bf6 29b6e39f9e9b7f7121dbf06e2846110a"


def count(first, count):
    return bytes(range(first, first + count))


def client(protection=None):
    packets = Packets(SESSION, protection or Tokens(RANDOM))
    packets.next_number = 2  # so that the golden packet may acknowledge two
    return packets


def header(number, epoch=0):
    return (bytes([0x10 | (epoch & 3) << 2]) + SESSION.to_bytes(4, "little")
            + (number & 0xFFFFFF).to_bytes(3, "little"))


def server(number, frames):
    """A packet of a plain session's server."""
    return header(number) + frames + RANDOM[8:16]


def acknowledge(number, newest, history=0):
    return server(number, bytes([ACKNOWLEDGEMENT]) + newest.to_bytes(4, "little")
                  + history.to_bytes(8, "little"))


def is_refused(take, packet):
    try:
        take(packet, 0.0)
    except PacketError:
        return True
    return False


def sent_frames(packet, way=UDP):
    """The kinds of the frames in a client's packet."""
    data = packet[HEADER_BYTES:-8] if way == UDP else packet[HEADER_BYTES:]
    kinds = []
    sizes = {PING: 4, CHALLENGE: 8, RESPONSE: 8, ACKNOWLEDGEMENT: 12}
    while data:
        kind = data[0]
        if kind == COMMAND:
            return kinds + [kind]
        if kind:
            kinds.append(kind)
        data = data[1 + sizes.get(kind, 0):]
    return kinds


# What is checked ---------------------------------------------------------------------------

def messages_are_those_of_the_page():
    def is_on_page(message):
        return (len(message).to_bytes(2, "little") + message).hex() in PAGE

    game, protocol.GAME = protocol.GAME, "walk"
    try:
        assert is_on_page(bytes(protocol.hello("Ann", count(0, 32))))
        assert is_on_page(bytes(protocol.resume(7, count(0xF0, 16), 1, 9, count(0x40, 32))))
    finally:
        protocol.GAME = game
    packet = header(0) + bytes.fromhex("06 01000000 0a")
    assert is_on_page(bytes(protocol.tunnelled(packet)))
    welcome = bytes.fromhex("01 0200 07000000 45238167" + count(0x20, 32).hex() + "01"
                            + count(0xF0, 16).hex() + "8c23 3c00 1400 0300 416e6e")
    assert is_on_page(welcome)
    assert protocol.read_tcp(PyDatagram(welcome)) == protocol.Welcome(
        7, SESSION, count(0x20, 32), 1, count(0xF0, 16), 9100, 60, 20, "Ann")
    resumed = bytes.fromhex("04 0200000000000000" + count(0x60, 32).hex() + "02000000 01000000"
                            + count(0xE0, 16).hex())
    assert is_on_page(resumed)
    assert protocol.read_tcp(PyDatagram(resumed)) == protocol.Resumed(
        2, count(0x60, 32), 2, 1, count(0xE0, 16))


def a_plain_packet_is_that_of_the_page():
    packet = bytes.fromhex(GOLDEN)
    assert packet.hex() in PAGE
    arrival = client().take(packet, 0.0)
    assert (arrival.kind, arrival.payload) == (8, b"\xab\xcd")


def foreign_and_damaged_packets_are_refused():
    packet = bytes.fromhex(GOLDEN)
    for length in range(len(packet)):
        assert is_refused(client().take, packet[:length])
    for index in list(range(5)) + list(range(len(packet) - 8, len(packet))):
        damaged = bytearray(packet)
        damaged[index] ^= 0x40
        assert is_refused(client().take, bytes(damaged)), index
    for frames in ("", "0a", "01 00000000", "06 00", "04 0000", "03" + "00" * 8 + "03" + "00" * 8):
        assert is_refused(client().take, server(0, bytes.fromhex(frames))), frames
    # It acknowledges a packet that was never sent.
    assert is_refused(client().take, acknowledge(0, 2))


def packets_are_taken_once():
    packets = client()
    for number in (5, 3, 1500, 4, 1499):
        packet = server(number, b"\x08\xab")
        assert is_refused(packets.take, packet) == (number == 4)  # below the window
        assert is_refused(packets.take, packet)
    assert packets.received.highest == 1500


def numbers_are_the_nearest():
    received = Received()
    for number in (0, 0x7FFFFF, 0xFFFFFF, 0x1000000, 0x1000001, 0x17FFFFF, 0x1FFFFFF, 0x2000005):
        assert received.expand(number & 0xFFFFFF) == number, number
        received.insert(number)
    assert received.expand(0xFFFFFE) == 0x1FFFFFE


def the_first_packets_are_padded():
    packets = client()
    lengths = [len(packets.send(COMMAND, b"abcd", 0.0)[0][1]) for _ in range(17)]
    assert lengths == [1200] * 16 + [8 + 5 + 8]
    packets = client()
    packets.send(COMMAND, b"abcd", 0.0)
    packets.take(acknowledge(0, 2), 0.1)
    assert len(packets.send(COMMAND, b"abcd", 0.1)[0][1]) == 8 + 5 + 8


def acknowledgements_come_along_or_late():
    packets = client()
    packets.take(server(0, b"\x08\xab"), 1.0)
    assert packets.due(1.05) == []
    (_, packet), = packets.due(1.06)
    assert sent_frames(packet) == [ACKNOWLEDGEMENT]
    packets.take(server(1, b"\x08\xab"), 2.0)
    (_, packet), = packets.send(COMMAND, b"abcd", 2.0)
    assert sent_frames(packet) == [ACKNOWLEDGEMENT, COMMAND]
    assert packets.due(2.1) == []
    for number in range(2, 34):
        packets.take(server(number, b"\x08\xab"), 2.5)
    assert len(packets.due(2.5)) == 1
    # An acknowledgement is not acknowledged, or the ends would never be silent.
    packets.take(acknowledge(34, packets.next_number - 1, 1), 2.6)
    assert packets.due(5.0) == []


def challenges_are_answered_at_once():
    packets = client()
    packets.take(server(0, b"\x0312345678"), 1.0)
    (way, packet), = packets.due(1.0)
    assert way == UDP and b"\x0412345678" in packet and RESPONSE in sent_frames(packet)
    assert packets.due(1.0) == []


def a_silent_udp_is_left_and_taken_again():
    packets, now = client(), 0.0
    tunnelled = both = 0
    while packets.way.name == UDP:
        deliveries = packets.send(COMMAND, b"abcd", now) + packets.due(now)
        both += len(deliveries) == 2
        now += 1 / 32
        assert now < 4
    assert 0.95 < now < 1.1  # three probe timeouts before the first sample
    assert 12 < both < 20  # from half of that on
    assert sent_frames(packets.send(COMMAND, b"abcd", now)[0][1], TUNNEL) == [COMMAND]
    # Probes are acknowledged from here on.
    returned, number = now, 0
    while packets.way.name == TUNNEL:
        for way, packet in packets.due(now):
            assert way == UDP and CHALLENGE in sent_frames(packet)
            packets.take(acknowledge(number, int.from_bytes(packet[5:8], "little")), now + 0.01)
            number += 1
        now += 1 / 32
        assert now - returned < 5
    assert 2.9 < now - returned < 3.6
    assert packets.way.trial == 3
    # It lasts less than a minute, so the next trial is longer.
    while packets.way.name == UDP:
        packets.send(COMMAND, b"abcd", now)
        packets.due(now)
        now += 1 / 32
    assert packets.way.trial == 6


def a_tunnelled_packet_has_no_token():
    packets = client()
    arrival = packets.take_tunnelled(header(3) + b"\x08\xab", 0.0)
    assert arrival.payload == b"\xab"
    assert is_refused(packets.take, server(3, b"\x08\xab"))


def a_sealed_packet_is_that_of_the_page():
    packet = bytes.fromhex(SEALED)
    assert packet.hex() in PAGE
    arrival = client(keys()).take(packet, 0.0)
    assert (arrival.kind, arrival.payload) == (8, b"\xab\xcd")
    for index in range(len(packet)):
        damaged = bytearray(packet)
        damaged[index] ^= 1
        assert is_refused(client(keys()).take, bytes(damaged)), index


def keys(cipher=1):
    from sealing import Keys
    return Keys(SESSION, cipher, count(0, 32), bytes(32), 0.0)


def epochs_follow_one_another():
    from sealing import TO_CLIENT, Epoch
    for cipher in (1, 2):
        packets = client(keys(cipher))
        epoch = Epoch.first(0, TO_CLIENT, SESSION, cipher, count(0, 32), bytes(32))
        former = epoch
        for number in range(10, 60, 10):
            head = header(number, epoch.number)
            assert packets.take(epoch.seal(head, number, b"\x08\xab"), 0.0).payload == b"\xab"
            late = header(number - 5, former.number)
            assert packets.take(former.seal(late, number - 5, b"\x08\xac"), 0.0).payload == b"\xac"
            former, epoch = epoch, epoch.next()
        # The one before last is over.
        old = Epoch.first(0, TO_CLIENT, SESSION, cipher, count(0, 32), bytes(32))
        assert is_refused(packets.take, old.seal(header(47), 47, b"\x08\xab"))


def a_resume_brings_new_keys():
    from sealing import TO_CLIENT, TO_SERVER, Epoch
    protection = keys()
    packets = client(protection)
    assert protection.sealing_epoch == 0
    protection.rebase(count(32, 32), count(64, 32), 2, 1, packets.next_number, 0.0)
    (_, packet), = packets.send(COMMAND, b"abcd", 0.0)
    sealing = Epoch.first(2, TO_SERVER, SESSION, 1, count(32, 32), count(64, 32))
    frames = sealing.open(packet[:8], 2, packet[8:])
    assert packet[0] == 0x18 and frames.endswith(b"\x06abcd")
    # The server's old key is good until it uses the new one, which takes its next epoch's bits.
    old = Epoch.first(0, TO_CLIENT, SESSION, 1, count(0, 32), bytes(32))
    new = Epoch.first(1, TO_CLIENT, SESSION, 1, count(32, 32), count(64, 32))
    for number, epoch in ((0, old), (2, new), (1, old), (3, new)):
        head = header(number, epoch.number)
        assert packets.take(epoch.seal(head, number, b"\x08\xab"), 0.0).payload == b"\xab"
    try:
        protection.rebase(count(32, 32), count(64, 32), 4, 1, packets.next_number, 0.0)
    except ValueError:
        return
    raise AssertionError("an impossible epoch was accepted")


def a_sender_changes_its_key_after_an_hour():
    protection = keys()
    assert protection.epoch(0, 0.1, 4000.0) == 0  # nothing is acknowledged
    protection.confirm(0, 4000.0)
    assert protection.epoch(1, 0.1, 4000.2) == 0
    assert protection.epoch(2, 0.1, 4000.3001) == 1
    assert protection.epoch(3, 0.1, 9000.0) == 1
    protection.confirm(1, 9000.0)  # a packet of the epoch before
    assert protection.epoch(4, 0.1, 9001.0) == 1


def frames_of_a_server_are_read():
    control, kind, payload = read_frames(
        b"\x00\x00\x0212345678\x0587654321abcd\x00\x09rest\x00")
    assert (kind, payload) == (9, b"rest\x00") and control == {2: b"12345678", 5: b"87654321abcd"}


CHECKS = [
    messages_are_those_of_the_page, a_plain_packet_is_that_of_the_page,
    foreign_and_damaged_packets_are_refused, packets_are_taken_once, numbers_are_the_nearest,
    the_first_packets_are_padded, acknowledgements_come_along_or_late,
    challenges_are_answered_at_once, a_silent_udp_is_left_and_taken_again,
    a_tunnelled_packet_has_no_token, frames_of_a_server_are_read]
KEY_CHECKS = [
    a_sealed_packet_is_that_of_the_page, epochs_follow_one_another, a_resume_brings_new_keys,
    a_sender_changes_its_key_after_an_hour]


def main():
    has_keys = find_spec("cryptography") is not None
    passed, failed = 0, []
    for check in CHECKS + (KEY_CHECKS if has_keys else []):
        try:
            check()
            passed += 1
        except Exception:
            traceback.print_exc()
            failed.append(check.__name__)
    report(passed=passed, failed=failed, keys=has_keys)


if __name__ == "__main__":
    main()
