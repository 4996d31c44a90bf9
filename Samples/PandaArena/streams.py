"""The TCP connection to the server: plain, with Panda3D's classes, or encrypted, with Python's `ssl`.

Both carry Panda3D's datagrams in its framing (2-byte length) and have the same methods. Panda3D's
own classes speak no TLS, and `ssl` cannot use their sockets.
"""

import base64
import hashlib
import select
import socket
import ssl
import struct

from direct.distributed.PyDatagram import PyDatagram
from panda3d.core import (
    ConnectionWriter, NetAddress, NetDatagram, PointerToConnection, QueuedConnectionManager,
    QueuedConnectionReader)

APPLICATION_PROTOCOL = "parley/1"


class StreamError(Exception):
    """There is no connection. The text is for the player."""


class PlainStream:
    """A connection that everybody on the way can read and change."""

    is_encrypted = False

    def __init__(self, host, port, timeout):
        self.manager = QueuedConnectionManager()
        self.reader = QueuedConnectionReader(self.manager, 0)
        self.writer = ConnectionWriter(self.manager, 0)
        self.connection = self.manager.open_TCP_client_connection(
            host, port, round(timeout * 1000))
        if not self.connection:
            raise StreamError(f"no server answers at {host}:{port}")
        self.connection.set_no_delay(True)  # chat should not wait for more chat
        self.reader.add_connection(self.connection)
        self.is_open = True

    @property
    def address(self):
        return NetAddress(self.connection.get_address())

    def wait(self, seconds):
        """Waits for something to receive, at most so long."""
        self.manager.wait_for_readers(float(seconds))  # an int crashes Panda3D 1.10.16

    def send(self, datagram):
        if self.is_open:
            self.writer.send(datagram, self.connection)

    def receive(self):
        """The datagrams since the last call, in order."""
        datagrams = []
        while self.reader.data_available():
            datagram = NetDatagram()
            if not self.reader.get_data(datagram):
                break
            datagrams.append(datagram)
        while self.manager.reset_connection_available():
            closed = PointerToConnection()
            if self.manager.get_reset_connection(closed) and closed.p() == self.connection:
                self.is_open = False
        return datagrams

    def close(self):
        self.is_open = False
        self.manager.close_connection(self.connection)


class TLSStream:
    """A TLS 1.3 connection to the server whose public key has this pin."""

    is_encrypted = True

    def __init__(self, host, port, timeout, pin):
        try:
            plain = socket.create_connection((host, port), timeout)
        except OSError:
            raise StreamError(f"no server answers at {host}:{port}") from None
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket = client_context().wrap_socket(plain)  # the handshake, within the timeout
        except OSError as problem:  # ssl's errors are OSErrors too
            plain.close()
            reason = getattr(problem, "reason", None) or problem
            raise StreamError(f"{host}:{port} does not speak Parley's TLS: {reason}") from None
        if self.socket.selected_alpn_protocol() != APPLICATION_PROTOCOL:
            self.socket.close()
            raise StreamError(f"{host}:{port} is not a server of Parley")
        if pin_of(self.socket.getpeercert(binary_form=True)) != pin:
            self.socket.close()
            raise StreamError(f"{host}:{port} has another key than the invite or pin says")
        self.socket.setblocking(False)
        self.incoming, self.outgoing = bytearray(), bytearray()
        self.is_open = True

    @property
    def address(self):
        address = NetAddress()
        address.set_host(*self.socket.getpeername()[:2])
        return address

    def wait(self, seconds):
        """Waits for something to receive, at most so long."""
        self._write()
        select.select([self.socket], [], [], seconds)

    def send(self, datagram):
        if self.is_open:
            message = bytes(datagram)
            self.outgoing += struct.pack("<H", len(message)) + message
            self._write()

    def receive(self):
        """The datagrams since the last call, in order."""
        self._write()
        self._read()
        datagrams, offset = [], 0
        while len(self.incoming) >= offset + 2:
            end = offset + 2 + struct.unpack_from("<H", self.incoming, offset)[0]
            if len(self.incoming) < end:
                break
            datagrams.append(PyDatagram(bytes(self.incoming[offset + 2:end])))
            offset = end
        del self.incoming[:offset]
        return datagrams

    def _read(self):
        while self.is_open:
            try:
                data = self.socket.recv(65536)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except OSError:
                data = b""
            self.incoming += data
            self.is_open = bool(data)

    def _write(self):
        while self.is_open and self.outgoing:
            try:
                del self.outgoing[:self.socket.send(self.outgoing)]
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except OSError:
                self.is_open = False

    def close(self):
        self._write()
        if self.is_open:
            try:
                self.socket.unwrap()  # says close_notify, and does not wait for the server's
            except OSError:
                pass
        self.is_open = False
        self.socket.close()


def client_context():
    """TLS 1.3 and Parley's protocol. The pin verifies the server, no authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols([APPLICATION_PROTOCOL])
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def pin_of(certificate):
    """The pin of a certificate's key: 128 bits of the SHA-256 of its SubjectPublicKeyInfo, in base32."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509 import load_der_x509_certificate

    key = load_der_x509_certificate(certificate).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return base64.b32encode(digest.digest()[:16]).decode("ascii").rstrip("=").lower()
