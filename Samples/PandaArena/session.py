"""One player's session with the server, over TCP, UDP, and other connections when the first is lost.

Joining, chat and everything that must arrive travels over TCP (streams.py); commands, pings and
snapshots in packets (packets.py) over UDP, with Panda3D's classes.

Nothing here has a thread: `poll`, called once a frame, reads what has arrived. Reader threads of
Panda3D gain nothing for two sockets, and closing a connection under one aborts the program.
"""

import ipaddress
import os
import time
from collections import deque

from panda3d.core import (
    ConnectionWriter, Datagram, NetDatagram, QueuedConnectionManager, QueuedConnectionReader)

import protocol
from packets import COMMAND, SNAPSHOT, PacketError, Packets, Tokens
from streams import PlainStream, StreamError, TLSStream
from ways import UDP

CONNECT_TIMEOUT = 5.0  # seconds
WELCOME_TIMEOUT = 5.0
FIRST_PINGS = 0.25  # between pings until the first answer, and after it
LATER_PINGS = 1.0
RESUME_INTERVAL = 1.0  # between tries to come back, each of which may hold up a frame
RESUME_CONNECT_TIMEOUT = 0.5
RESUME_ANSWER_TIMEOUT = 3.0
RESUME_PATIENCE = 10.0
KEPT_REQUESTS = 64  # the newest, to be sent again


def place_of(address):
    """Host and port of a NetAddress. A socket for IPv6 shows IPv4 peers as ::ffff:10.0.0.1.

    None for the address of a connection that was closed: Panda3D has none then, and fails to write it.
    """
    try:
        text = address.get_ip_string()
    except AssertionError:
        return None
    host = ipaddress.ip_address(text.split("%")[0])
    return getattr(host, "ipv4_mapped", None) or host, address.get_port()


class SessionError(Exception):
    """The game cannot begin or go on. The text is for the player."""


class Session:
    """One player at one server, from `join` to `leave`."""

    def __init__(self, has_udp=True):
        self.has_udp = has_udp  # False plays as if a firewall blocked UDP
        self.manager = QueuedConnectionManager()
        self.reader = QueuedConnectionReader(self.manager, 0)
        self.writer = ConnectionWriter(self.manager, 0)
        self.destination = self.stream = self.udp = self.udp_address = self.udp_place = None
        self.welcome = self.packets = self.secret = self.random = None
        self.early = []  # messages that arrived together with the welcome
        self.goodbye = None
        self.is_open = False
        self.round_trip = None  # seconds, up to a frame more than the network takes
        self.sequence = 0
        self.snapshots_over_udp = 0
        self.next_ping = 0.0
        # To resume the session on another connection:
        self.notices = 0  # received
        self.requests = deque(maxlen=KEPT_REQUESTS)
        self.request_count = 0
        self.attempt = 0
        self.lost_at = None  # None while a connection has the session
        self.next_try = 0.0

    # Joining -------------------------------------------------------------------------------

    def join(self, destination, name):
        """Connects and waits for the server's welcome. Raises SessionError."""
        self.destination = destination
        try:
            self.stream = self._connect(CONNECT_TIMEOUT)
        except StreamError as problem:
            raise SessionError(str(problem)) from None
        self.is_open = True
        self.random = os.urandom(protocol.RANDOM_BYTES)
        self.stream.send(protocol.hello(name, self.random, destination.secret))
        self._wait_for_welcome()
        self.secret = self.welcome.secret
        self.packets = Packets(self.welcome.session, self._protection())
        self._open_udp(self.stream.address, self.welcome.udp_port)
        return self.welcome

    def _connect(self, timeout):
        place = self.destination
        if place.pin:
            return TLSStream(place.host, place.port, timeout, place.pin)
        return PlainStream(place.host, place.port, timeout)

    def _wait_for_welcome(self):
        deadline = time.monotonic() + WELCOME_TIMEOUT
        while self.welcome is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise SessionError("the server accepted the connection, but says nothing")
            self.stream.wait(left)
            for message in self._receive_messages():
                if isinstance(message, protocol.Welcome):
                    self.welcome = message
                elif isinstance(message, protocol.Goodbye):
                    raise SessionError(message.text or "the server refused")
                else:
                    self.early.append(message)
            if not self.stream.is_open and self.welcome is None:
                raise SessionError("the server closed the connection without a word")

    def _protection(self):
        """The tokens or keys of packets."""
        cipher = self.welcome.cipher
        if self.stream.is_encrypted != (cipher != 0):
            raise SessionError("the server protects packets otherwise than the connection")
        if not cipher:
            return Tokens(self.welcome.random)
        from sealing import CIPHERS, Keys  # needs a module that a plain session does without
        if cipher not in CIPHERS:
            raise SessionError(f"the server seals packets in an unknown way ({cipher})")
        return Keys(self.welcome.session, cipher, self.random, self.welcome.random,
                    time.monotonic())

    def _open_udp(self, address, port):
        """Opens the socket for packets to the server's address and from there."""
        self.udp_address = address
        self.udp_address.set_port(port)
        self.udp_place = place_of(self.udp_address)
        self.udp = self.manager.open_UDP_connection(0)
        if not self.udp:
            raise SessionError("cannot open a UDP socket")
        self.reader.add_connection(self.udp)

    # Playing -------------------------------------------------------------------------------

    def poll(self):
        """Returns the messages since the last call, in order, and sends what is due."""
        if not self.is_open:
            return []
        now = time.monotonic()
        messages = self.early + self._receive_messages()
        self.early = []
        snapshots = []
        for message in messages:
            if isinstance(message, protocol.NOTICES):
                self.notices += 1
            elif isinstance(message, protocol.Tunnelled):
                snapshots += self._take(self.packets.take_tunnelled, message.packet, now)
            elif isinstance(message, protocol.Resumed):
                self._go_on(message, now)
            elif isinstance(message, protocol.Goodbye):
                self.goodbye = message
        snapshots += self._receive_packets(now)
        self._look_after_connection(now)
        if now >= self.next_ping:
            self.packets.ask(round(now * 1000) & 0xFFFFFFFF)
            self.next_ping = now + (FIRST_PINGS if self.round_trip is None else LATER_PINGS)
        self._deliver(self.packets.due(now))
        return [message for message in messages if isinstance(message, protocol.NOTICES)] + snapshots

    def _receive_messages(self):
        messages = []
        for datagram in self.stream.receive() if self.stream else []:
            try:
                messages.append(protocol.read_tcp(datagram))
            except protocol.ProtocolError as problem:
                raise SessionError(f"the server cannot be understood: {problem}") from None
        return messages

    def _receive_packets(self, now):
        """The snapshots that came over UDP. Only the server's address counts, as in Parley's own client."""
        snapshots = []
        while self.reader.data_available():
            datagram = NetDatagram()
            if not self.reader.get_data(datagram):
                break
            if self.has_udp and place_of(datagram.get_address()) == self.udp_place:
                snapshots += self._take(self.packets.take, bytes(datagram), now)
        self.snapshots_over_udp += len(snapshots)
        return snapshots

    def _take(self, take, packet, now):
        """What the packet has for the game. Any host can send one, so a wrong one says nothing."""
        try:
            arrival = take(packet, now)
            if arrival.pong:
                mark = arrival.pong[0]
                self.round_trip = ((round(now * 1000) - mark) & 0xFFFFFFFF) / 1000
            if arrival.kind == SNAPSHOT:
                return [protocol.read_snapshot(arrival.payload)]
        except (PacketError, protocol.ProtocolError):
            pass
        return []

    def send_command(self, east, north, dash=False):
        """Sends a command to the server."""
        if self.is_open:
            self.sequence += 1
            payload = protocol.command(self.sequence, east, north, dash)
            self._deliver(self.packets.send(COMMAND, payload, time.monotonic()))

    def send_chat(self, text):
        """Sends a chat text, also after the next reconnection. An empty text is not sent."""
        if self.is_open and protocol.printable(text):
            request = protocol.chat(text)
            self.requests.append(request)
            self.request_count += 1
            if self.lost_at is None:
                self.stream.send(request)

    def _deliver(self, packets):
        for way, packet in packets:
            if way != UDP:
                # A lost connection has no tunnel; what was to go there is lost, too.
                if self.lost_at is None:
                    self.stream.send(protocol.tunnelled(packet))
            elif self.has_udp:
                self.writer.send(Datagram(packet), self.udp, self.udp_address)

    # Coming back ---------------------------------------------------------------------------

    @property
    def is_lost(self):
        """Whether the connection is lost, and the game may go on over another."""
        return self.is_open and self.lost_at is not None

    def _look_after_connection(self, now):
        """Notices that the connection is lost, and tries to get another one."""
        if self.goodbye:
            self.is_open = self.stream.is_open
        elif self.lost_at is None:
            if not self.stream.is_open:
                self.lost_at = self.next_try = now
        elif now - self.lost_at >= RESUME_PATIENCE:
            self.is_open = False
        elif now >= self.next_try and self._try_to_resume():
            self.next_try = time.monotonic() + RESUME_ANSWER_TIMEOUT
        elif not self.stream.is_open:
            self.next_try = min(self.next_try, now + RESUME_INTERVAL)

    def _try_to_resume(self):
        """Connects again and asks to go on, with the secret that the server gave. UDP goes on meanwhile."""
        self.stream.close()
        try:
            self.stream = self._connect(RESUME_CONNECT_TIMEOUT)
        except StreamError:
            self.next_try = time.monotonic() + RESUME_INTERVAL
            return False
        self.attempt += 1
        self.random = os.urandom(protocol.RANDOM_BYTES)
        self.stream.send(protocol.resume(
            self.welcome.player, self.secret, self.attempt, self.notices, self.random))
        return True

    def _go_on(self, resumed, now):
        """The session goes on over this connection: with a new secret, new keys, and what was missed."""
        if self.lost_at is None:
            raise SessionError("the server cannot be understood: it resumes what was not lost")
        missing = self.request_count - resumed.requests
        if not 0 <= missing <= len(self.requests):
            raise SessionError("the server has received other requests than were sent")
        self.secret = resumed.secret
        if self.stream.is_encrypted:
            try:
                self.packets.protection.rebase(
                    self.random, resumed.random, resumed.to_server, resumed.to_client,
                    self.packets.next_number, now)
            except ValueError as problem:
                raise SessionError(str(problem)) from None
        for request in list(self.requests)[len(self.requests) - missing:]:
            self.stream.send(request)
        self.lost_at = None

    def leave(self):
        """Says goodbye and closes both sockets. Safe to call at any time."""
        if self.stream:
            if self.is_open and self.lost_at is None:
                self.stream.send(protocol.leave())
            self.stream.close()
        if self.udp:
            self.manager.close_connection(self.udp)
        self.is_open = False
