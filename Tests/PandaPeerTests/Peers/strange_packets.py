"""Sends packets to a session of Samples/PandaArena from its server's address, and from others.

strange_packets.py: prints {"taken"}: the packets that the session looked at, as texts.
"""

import socket
import sys
import time
from pathlib import Path

from panda3d.core import Datagram, NetAddress

from peer import report

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "Samples/PandaArena"))

from packets import PacketError  # noqa: E402
from session import Session  # noqa: E402

PATIENCE = 30.0


class Witness:
    """Takes the place of a session's packets, and remembers what it is given."""

    def __init__(self):
        self.taken = []

    def take(self, packet, now):
        self.taken.append(packet.decode())
        raise PacketError("only looked at")


def udp(host):
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.bind((host, 0))
    sender.settimeout(PATIENCE)
    return sender


def main():
    server, neighbour, stranger = udp("127.0.0.1"), udp("127.0.0.1"), udp("127.0.0.2")
    session = Session()
    session.packets = Witness()
    host, port = server.getsockname()
    address = NetAddress()
    address.set_host(host, port)
    session._open_udp(address, port)
    # Its first packet tells where it is, in Panda3D's framing, which the answers have, too.
    session.writer.send(Datagram(b"hello"), session.udp, session.udp_address)
    hello, client = server.recvfrom(100)

    def say(sender, word):
        framed = Datagram(word.encode())
        session.writer.send(framed, session.udp, session.udp_address)
        sender.sendto(server.recv(100), client)

    for number in range(3):
        say(neighbour, f"another port {number}")
        say(stranger, f"another host {number}")
        say(server, f"the server {number}")
    deadline = time.monotonic() + PATIENCE
    while session.packets.taken[-1:] != ["the server 2"] and time.monotonic() < deadline:
        session._receive_packets(time.monotonic())
        time.sleep(0.01)
    report(taken=session.packets.taken)


if __name__ == "__main__":
    main()
