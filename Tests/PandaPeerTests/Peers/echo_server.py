"""Sends every datagram back to its sender: an ordinary Panda3D server, TCP and UDP.

Prints {"tcp": port} or {"tcp": port, "udp": port} once it listens, and runs until it is killed
or whoever started it is gone.
"""

import argparse
import os
import socket

from panda3d.core import (
    ConnectionWriter, Datagram, NetDatagram, PointerToConnection, QueuedConnectionListener,
    QueuedConnectionManager, QueuedConnectionReader)

from peer import add_framing_options, apply_framing, open_on_free_port, report


class EchoServer:
    def __init__(self, options):
        self.manager = QueuedConnectionManager()
        self.listener = QueuedConnectionListener(self.manager, 0)
        # Polling, not threaded: one reader thread keeps the order, but closing a connection
        # under it aborts the process.
        self.reader = QueuedConnectionReader(self.manager, 0)
        self.writer = ConnectionWriter(self.manager, 0)
        apply_framing(options, self.reader, self.writer)

        self.tcp_port, rendezvous = open_on_free_port(
            options.port, socket.SOCK_STREAM,
            lambda port: self.manager.open_TCP_server_rendezvous(options.host, port, 100))
        self.listener.add_connection(rendezvous)

        self.udp_port, self.udp = None, None
        if options.udp_port is not None:
            # Bound to an IPv4 address: on a dual-stack socket Panda3D compares addresses wrongly.
            self.udp_port, self.udp = open_on_free_port(
                options.udp_port, socket.SOCK_DGRAM,
                lambda port: self.manager.open_UDP_connection(options.host, port))
            self.reader.add_connection(self.udp)

    def run(self):
        parent = os.getppid()
        while os.getppid() == parent:
            self.manager.wait_for_readers(0.5)  # a float: an int crashes Panda3D 1.10.16
            self.accept()
            self.echo()
            self.forget_closed()

    def accept(self):
        while self.listener.new_connection_available():
            connection = PointerToConnection()
            if self.listener.get_new_connection(connection):
                connection.p().set_no_delay(True)
                self.reader.add_connection(connection.p())

    def echo(self):
        while self.reader.data_available():
            received = NetDatagram()
            if not self.reader.get_data(received):
                return
            connection = received.get_connection()
            if self.udp and connection == self.udp:
                self.writer.send(Datagram(received), self.udp, received.get_address())
            else:
                self.writer.send(Datagram(received), connection)

    def forget_closed(self):
        while self.manager.reset_connection_available():
            connection = PointerToConnection()
            self.manager.get_reset_connection(connection)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="TCP port (default: a free one)")
    parser.add_argument("--udp-port", type=int, help="also echo UDP on this port; 0: a free one")
    add_framing_options(parser)
    server = EchoServer(parser.parse_args())
    ports = {"tcp": server.tcp_port}
    if server.udp:
        ports["udp"] = server.udp_port
    report(**ports)
    server.run()


if __name__ == "__main__":
    main()
