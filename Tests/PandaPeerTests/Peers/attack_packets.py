"""Attacks the UDP packets of a game on this machine, as one who reads the way and can write any source address.

attack_packets.py PORT COUNT: for COUNT packets to the server's PORT and as many to its clients, sends each
again, damaged, from elsewhere, and a forged one in its sender's name. Prints {"ready"} when it listens, and
{"to_server", "to_clients"}: how many packets of each kind it sent there. Needs root.
"""

import os
import random
import struct
import sys

from scapy.all import IP, UDP, L3RawSocket, Raw, conf

from peer import report

MARK = 77  # the time to live of what is sent from here, which is not attacked again
HEADER, TAG = 8, 16  # bytes
STRANGER = "127.0.0.9"


def framed(packet):
    """The packet behind Panda3D's checksum, which a forger computes like anybody else."""
    return struct.pack("<H", sum(packet) & 0xFFFF) + packet


def flipped(packet):
    """One bit is another one: in the header every third time."""
    start = 0 if random.random() < 1 / 3 else HEADER
    bit = random.randrange(start * 8, len(packet) * 8)
    changed = bytearray(packet)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def truncated(packet):
    return packet[:random.randrange(1, len(packet))]


def extended(packet):
    return packet + os.urandom(random.randrange(1, 40))


def forged(packet):
    """A new packet of the same session, with a number that is yet to come and a tag that is wrong."""
    number = int.from_bytes(packet[5:HEADER], "little") + random.randrange(1, 200)
    return (packet[:5] + (number & 0xFFFFFF).to_bytes(3, "little")
            + os.urandom(random.randrange(1, 200) + TAG))


class Attacker:
    def __init__(self, port, count):
        self.port, self.count = port, count
        self.reader = conf.L2listen(iface="lo")
        self.writer = L3RawSocket(iface="lo")
        kinds = ("again", "elsewhere", "flipped", "truncated", "extended", "forged")
        self.sent = {way: dict.fromkeys(kinds, 0) for way in ("to_server", "to_clients")}
        self.attacked = dict.fromkeys(self.sent, 0)

    def run(self):
        while min(self.attacked.values()) < self.count:
            seen = self.reader.recv()
            if seen is None or not seen.haslayer(UDP) or seen[IP].ttl == MARK:
                continue
            ip, udp = seen[IP], seen[UDP]
            if udp.dport == self.port:
                self.attack("to_server", ip, udp)
            elif udp.sport == self.port:
                self.attack("to_clients", ip, udp)

    def attack(self, way, ip, udp):
        packet = bytes(udp.payload)[2:]
        if len(packet) <= HEADER + TAG:
            return
        self.attacked[way] += 1
        port = 20_000 + self.attacked[way] % 10_000
        self.send(way, "again", packet, ip.src, udp.sport, ip.dst, udp.dport)
        self.send(way, "elsewhere", packet, STRANGER, port, ip.dst, udp.dport)
        for change in (flipped, truncated, extended, forged):
            self.send(way, change.__name__, change(packet), ip.src, udp.sport, ip.dst, udp.dport)

    def send(self, way, kind, packet, source, source_port, target, target_port):
        self.writer.send(IP(src=source, dst=target, ttl=MARK)
                         / UDP(sport=source_port, dport=target_port) / Raw(framed(packet)))
        self.sent[way][kind] += 1


def main():
    attacker = Attacker(int(sys.argv[1]), int(sys.argv[2]))
    report(ready=True)
    attacker.run()
    report(**attacker.sent)


if __name__ == "__main__":
    main()
