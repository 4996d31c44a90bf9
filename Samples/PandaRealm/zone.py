"""A player's connection to one zone: notices over TCP, commands and snapshots in packets over UDP.

The streams and packets are those of Samples/PandaArena. A player near a border has two of these.
"""

import os
import time
from collections import deque

from panda3d.core import (
    ConnectionWriter, Datagram, NetDatagram, QueuedConnectionManager, QueuedConnectionReader)

import messages
from packets import INPUT, WORLD_SNAPSHOT, PacketError, Packets, Tokens
from streams import PlainStream
from ways import UDP

TICKS_PER_SECOND = 60
AHEAD = 8  # ticks by which commands are early; a client that predicts follows the server's reports
MOST_COMMANDS = 16
NEWEST_SNAPSHOTS = 30  # those of about a second
PING_INTERVAL = 0.25
TIMEOUT = 3.0


class ZoneConnection:
    """One connection, from the hello to the leave."""

    def __init__(self, destination, name, notices):
        self.zone = destination.zone
        self.credential = destination.credential
        host, _, port = destination.address.rpartition(":")
        self.stream = PlainStream(host, int(port), TIMEOUT)
        random = os.urandom(32)
        self.stream.send(messages.hello(name, random, destination.credential, notices))
        self.manager = QueuedConnectionManager()
        self.reader = QueuedConnectionReader(self.manager, 0)
        self.writer = ConnectionWriter(self.manager, 0)
        self.udp = self.address = self.packets = None
        self.epoch = None  # None while the zone does not have the character
        self.body = None
        self.body_tick = 0
        # The server's time minus this computer's, of the newest snapshots. A server that was late never makes
        # up for it, so what older ones said is soon wrong.
        self.offsets = deque(maxlen=NEWEST_SNAPSHOTS)
        self.sent = 0  # the newest tick with a command
        self.inputs = 0
        self.next_ping = 0.0

    def poll(self):
        """What the zone has said since the last call, in order. Sends what is due."""
        now = time.monotonic()
        news = []
        for datagram in self.stream.receive():
            message = messages.read_zone(datagram)
            if isinstance(message, messages.ZoneWelcome):
                self._begin(message)
            elif message is not None:
                news.append(message)
        if self.packets is None:
            return news
        self._receive_packets(now)
        if now >= self.next_ping:
            self.packets.ask(round(now * 1000) & 0xFFFFFFFF)
            self.next_ping = now + PING_INTERVAL
        self._deliver(self.packets.due(now))
        return news

    def _begin(self, welcome):
        if welcome.cipher:
            raise messages.MessageError("the zone encrypts: this client needs a realm without")
        self.packets = Packets(welcome.session, Tokens(welcome.random))
        self.address = self.stream.address
        self.address.set_port(welcome.udp_port)
        self.udp = self.manager.open_UDP_connection(0)
        self.reader.add_connection(self.udp)

    def _receive_packets(self, now):
        while self.reader.data_available():
            datagram = NetDatagram()
            if not self.reader.get_data(datagram):
                break
            try:
                arrival = self.packets.take(bytes(datagram), now)
                if arrival.kind == WORLD_SNAPSHOT:
                    self._take(messages.read_snapshot(arrival.payload), now)
            except (PacketError, messages.MessageError):
                pass  # any host can send a packet, so a wrong one says nothing

    def _take(self, snapshot, now):
        if snapshot is None:
            return
        self.offsets.append(snapshot.tick / TICKS_PER_SECOND - now)
        if snapshot.body and snapshot.tick > self.body_tick:
            self.body, self.body_tick = snapshot.body, snapshot.tick

    def send_command(self, east, north):
        """Sends the command for all ticks that are due, as one input."""
        if not self.offsets:
            return
        now = time.monotonic()
        # The fastest snapshot tells the server's clock best.
        newest = int((now + max(self.offsets)) * TICKS_PER_SECOND) + AHEAD
        count = min(newest - self.sent, MOST_COMMANDS, newest + 1)
        if count > 0:
            payload = messages.commands(newest, count, self.inputs, east, north)
            self._deliver(self.packets.send(INPUT, payload, now))
            self.sent, self.inputs = newest, self.inputs + 1

    def _deliver(self, packets):
        for way, packet in packets:
            if way == UDP:  # on this machine nothing blocks it
                self.writer.send(Datagram(packet), self.udp, self.address)

    def close(self, leaves=False):
        if leaves:
            self.stream.send(messages.leave())
        self.stream.close()
        if self.udp:
            self.manager.close_connection(self.udp)
