"""The connection to the server, made of Panda3D's own networking classes.

Joining, chat and everything that must arrive travels over TCP; commands, pings and snapshots
over UDP. The server recognises a client's UDP datagrams by a token that it gave over TCP.

Nothing here has a thread: `poll`, called once a frame, reads what has arrived. Reader threads of
Panda3D gain nothing for two sockets, and closing a connection under one aborts the program.
"""

import time

from panda3d.core import (
    ConnectionWriter, NetAddress, NetDatagram, PointerToConnection, QueuedConnectionManager,
    QueuedConnectionReader)

import protocol

CONNECT_TIMEOUT = 5.0  # seconds
WELCOME_TIMEOUT = 5.0
FIRST_PINGS = 0.25  # seconds between pings until the first answer, and after it
LATER_PINGS = 1.0


class SessionError(Exception):
    """The game cannot begin or go on. The text is for the player."""


class Session:
    """One player at one server, from `join` to `leave`."""

    def __init__(self):
        self.manager = QueuedConnectionManager()
        self.reader = QueuedConnectionReader(self.manager, 0)
        self.writer = ConnectionWriter(self.manager, 0)
        self.tcp = self.udp = self.udp_address = None
        self.welcome = None
        self.early = []  # messages that arrived together with the welcome
        self.goodbye = None
        self.is_open = False
        self.round_trip = None  # seconds, up to a frame more than the network takes
        self.sequence = 0
        self.next_ping = 0.0

    def join(self, host, port, name):
        """Connects and waits for the server's welcome. Raises SessionError."""
        self.tcp = self.manager.open_TCP_client_connection(
            host, port, round(CONNECT_TIMEOUT * 1000))
        if not self.tcp:
            raise SessionError(f"no server answers at {host}:{port}")
        self.tcp.set_no_delay(True)  # chat should not wait for more chat
        self.reader.add_connection(self.tcp)
        self.is_open = True
        self.writer.send(protocol.hello(name), self.tcp)
        self._wait_for_welcome()
        self._open_udp()
        return self.welcome

    def _wait_for_welcome(self):
        deadline = time.monotonic() + WELCOME_TIMEOUT
        while self.welcome is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise SessionError("the server accepted the connection, but says nothing")
            self.manager.wait_for_readers(left)  # a float: an int crashes Panda3D 1.10.16
            for message in self._receive():
                if isinstance(message, protocol.Welcome):
                    self.welcome = message
                elif isinstance(message, protocol.Goodbye):
                    raise SessionError(message.text or "the server refused")
                else:
                    self.early.append(message)
            if not self.is_open and self.welcome is None:
                raise SessionError("the server closed the connection without a word")

    def _open_udp(self):
        self.udp_address = NetAddress(self.tcp.get_address())
        self.udp_address.set_port(self.welcome.udp_port)
        self.udp = self.manager.open_UDP_connection(0)
        if not self.udp:
            raise SessionError("cannot open a UDP socket")
        self.reader.add_connection(self.udp)

    def poll(self):
        """Returns the messages since the last call, in order, and sends a ping when it is due."""
        if not self.is_open:
            return []
        now = time.monotonic()
        if now >= self.next_ping:
            self._send_udp(protocol.ping(self.welcome.token, round(now * 1000)))
            self.next_ping = now + (FIRST_PINGS if self.round_trip is None else LATER_PINGS)
        messages, self.early = self.early + self._receive(), []
        return messages

    def _receive(self):
        messages = []
        while self.reader.data_available():
            datagram = NetDatagram()
            if not self.reader.get_data(datagram):
                break
            over_udp = self.udp is not None and datagram.get_connection() == self.udp
            try:
                message = (protocol.read_udp if over_udp else protocol.read_tcp)(datagram)
            except protocol.ProtocolError as problem:
                if over_udp:
                    continue  # any host can send such a datagram
                raise SessionError(f"the server cannot be understood: {problem}") from None
            if isinstance(message, protocol.Pong):
                self._measure(message)
            elif isinstance(message, protocol.Goodbye) and self.welcome is not None:
                self.goodbye = message
            else:
                messages.append(message)
        self._notice_close()
        return messages

    def _measure(self, pong):
        now = round(time.monotonic() * 1000)
        self.round_trip = ((now - pong.milliseconds) & 0xFFFFFFFF) / 1000

    def _notice_close(self):
        while self.manager.reset_connection_available():
            closed = PointerToConnection()
            if self.manager.get_reset_connection(closed) and closed.p() == self.tcp:
                self.is_open = False

    def send_command(self, east, north, dash=False):
        """Sends a command to the server."""
        if self.is_open:
            self.sequence += 1
            self._send_udp(protocol.command(
                self.welcome.token, self.sequence, east, north, dash))

    def send_chat(self, text):
        """Sends a chat text. An empty text is not sent."""
        if self.is_open and protocol.printable(text):
            self.writer.send(protocol.chat(text), self.tcp)

    def _send_udp(self, datagram):
        self.writer.send(datagram, self.udp, self.udp_address)

    def leave(self):
        """Says goodbye and closes both sockets. Safe to call at any time."""
        if self.is_open:
            self.writer.send(protocol.leave(), self.tcp)
        for connection in (self.tcp, self.udp):
            if connection:
                self.manager.close_connection(connection)
        self.is_open = False
