"""A small stand-in for the arena's server, of plain sockets: it plays no tag, but speaks the protocol.

Prints {"tcp": port, "udp": port}. Everybody walks where their commands say; bots walk in circles.
"""

import argparse
import json
import math
import selectors
import socket
import struct
import time

TICKS, SNAPSHOTS, SIDE = 60, 20, 40.0
OBSTACLES = [(8, 8, 12, 11), (26, 7, 29, 14), (16, 18, 24, 21), (7, 26, 10, 33), (27, 28, 34, 31)]


def text(value):
    raw = value.encode()
    return struct.pack("<H", len(raw)) + raw


def frame(payload):
    return struct.pack("<H", len(payload)) + payload


def packet(payload):
    return struct.pack("<H", sum(payload) & 0xFFFF) + payload


class Player:
    def __init__(self, sock, entity):
        self.sock, self.entity, self.token = sock, entity, 0x1122334400000000 + entity
        self.buffer, self.name, self.address = b"", None, None
        self.x, self.y, self.vx, self.vy, self.sequence = 20.0, 15.0, 0.0, 0.0, 0

    def tell(self, payload):
        self.sock.sendall(frame(payload))


class Server:
    def __init__(self, options):
        self.options = options
        self.tcp = socket.create_server(("127.0.0.1", options.port))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.tcp, selectors.EVENT_READ)
        self.selector.register(self.udp, selectors.EVENT_READ)
        self.players, self.tick, self.started = {}, 0, time.monotonic()
        self.bots = {0x80000000 + n if n < 3 else 50 + n: name for n, name in enumerate(
            ["Guard", "Fox", "Owl", "Bob", "Cleo", "Dmitri", "Zoë"][:options.bots])}
        self.next_id = 1

    def run(self):
        print(json.dumps({"tcp": self.tcp.getsockname()[1], "udp": self.udp.getsockname()[1]}),
              flush=True)
        while True:
            due = self.started + self.tick / TICKS
            for key, _ in self.selector.select(max(0, due - time.monotonic())):
                if key.fileobj is self.tcp:
                    self.accept()
                elif key.fileobj is self.udp:
                    self.receive_udp()
                else:
                    self.receive_tcp(key.data)
            if time.monotonic() >= due:
                self.advance()

    def accept(self):
        sock, _ = self.tcp.accept()
        player = Player(sock, self.next_id)
        self.next_id += 1
        self.selector.register(sock, selectors.EVENT_READ, player)

    def receive_tcp(self, player):
        data = player.sock.recv(65536)
        player.buffer += data
        while len(player.buffer) >= 2:
            size = struct.unpack_from("<H", player.buffer)[0]
            if len(player.buffer) < 2 + size:
                break
            message, player.buffer = player.buffer[2:2 + size], player.buffer[2 + size:]
            if message[0] == 1:
                self.welcome(player, message)
            elif message[0] == 2:
                words = message[4:]
                for other in self.players.values():
                    other.tell(b"\x02\x01" + struct.pack("<I", player.entity) + text(words.decode()))
        if not data:
            self.selector.unregister(player.sock)
            player.sock.close()
            self.players.pop(player.token, None)

    def welcome(self, player, message):
        version, length = struct.unpack_from("<HH", message, 1)
        game = message[5:5 + length].decode()
        player.name = message[7 + length:].decode()
        if self.options.refuse or game != "arena" or version != 1:
            player.tell(b"\x03\x01" + text(self.options.refuse or "wrong game"))
            return
        player.tell(b"\x01" + struct.pack(
            "<HIQHHH", 1, player.entity, player.token, self.udp.getsockname()[1], TICKS, SNAPSHOTS)
            + text(player.name))
        player.tell(b"\x02\x05" + struct.pack("<fH", SIDE, len(OBSTACLES)) + b"".join(
            struct.pack("<4f", *o) for o in OBSTACLES))
        self.players[player.token] = player
        for other in self.players.values():
            player.tell(b"\x02\x02" + struct.pack("<IB", other.entity, 0) + text(other.name))
        for n, (entity, name) in enumerate(self.bots.items()):
            player.tell(b"\x02\x02" + struct.pack("<IB", entity, entity >> 31) + text(name))
            player.tell(b"\x02\x04" + struct.pack("<IH", entity, n * 7 % 5))
            player.tell(b"\x02\x01" + struct.pack("<I", entity) + text(f"hello from {name}"))

    def receive_udp(self):
        data, address = self.udp.recvfrom(2048)
        payload = data[2:]
        if len(payload) < 9 or packet(payload) != data:
            return
        token, kind = struct.unpack_from("<QB", payload)
        player = self.players.get(token)
        if not player:
            return
        player.address = address
        if kind == 1:
            self.udp.sendto(packet(b"\x01" + payload[9:13] + struct.pack("<I", self.tick)), address)
        elif kind == 2:
            sequence, x, y, _ = struct.unpack_from("<IbbB", payload, 9)
            player.sequence = max(sequence, player.sequence)
            player.vx, player.vy = x / 127 * 5, y / 127 * 5

    def positions(self):
        for player in self.players.values():
            yield player.entity, player.x, player.y, player.vx, player.vy, 0
        for n, entity in enumerate(self.bots):
            angle, radius = self.tick / TICKS * 0.8 + n * 0.9, 3.5 + n
            yield (entity, 20 + radius * math.cos(angle), 15 + radius * math.sin(angle),
                   -radius * .8 * math.sin(angle), radius * .8 * math.cos(angle),
                   (entity >> 31) | (2 if n == 4 else 0))

    def advance(self):
        self.tick += 1
        for player in self.players.values():
            player.x = min(max(player.x + player.vx / TICKS, 0.4), SIDE - 0.4)
            player.y = min(max(player.y + player.vy / TICKS, 0.4), SIDE - 0.4)
        if self.tick % (TICKS // SNAPSHOTS):
            return
        everybody = list(self.positions())
        it = list(self.bots)[-1] if self.bots else 0
        for player in self.players.values():
            if player.address:
                self.udp.sendto(packet(
                    b"\x02" + struct.pack("<IIIH", self.tick, player.sequence, it, len(everybody))
                    + b"".join(struct.pack("<IhhbbB", e, round(x * 100), round(y * 100),
                                           round(vx * 10), round(vy * 10), flags)
                               for e, x, y, vx, vy, flags in everybody)), player.address)
        if self.options.goodbye_after and self.tick > self.options.goodbye_after * TICKS:
            for player in self.players.values():
                player.tell(b"\x03\x00" + text("shutting down"))
            raise SystemExit


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--bots", type=int, default=7)
    parser.add_argument("--refuse", metavar="TEXT", help="refuse everybody, with this text")
    parser.add_argument("--goodbye-after", type=float, metavar="SECONDS")
    Server(parser.parse_args()).run()


if __name__ == "__main__":
    main()
