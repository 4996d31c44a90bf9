"""Sends datagrams to an echo server and checks that they come back in order and intact.

Prints one line of JSON: sent, received, bytes, intact, in_order, seconds and, when it failed,
error. The exit code is 0 when everything that was expected came back.
"""

import argparse
import sys
import time

from panda3d.core import (
    ConnectionWriter, Datagram, NetDatagram, QueuedConnectionManager, QueuedConnectionReader)

from peer import add_framing_options, address_of, apply_framing, pattern, report


class EchoClient:
    """Keeps at most a window of datagrams and bytes on their way.

    Panda3D's writer blocks on a full socket, and nothing is read while it blocks: without a
    window, client and server can wait for each other forever.
    """

    def __init__(self, options):
        self.options = options
        self.manager = QueuedConnectionManager()
        self.reader = QueuedConnectionReader(self.manager, 0)
        self.writer = ConnectionWriter(self.manager, 0)
        apply_framing(options, self.reader, self.writer)
        self.sent = self.received = self.bytes = self.bytes_on_way = 0
        self.intact = self.in_order = True
        self.closed = False
        self.stream = bytearray()  # raw TCP: what came back and was not yet compared
        if options.udp:
            self.connection = self.manager.open_UDP_connection(0)
            self.address = address_of(options.host, options.port)
        else:
            self.connection = self.manager.open_TCP_client_connection(
                options.host, options.port, 10_000)
        if not self.connection:
            raise ConnectionError(f"cannot connect to {options.host}:{options.port}")
        if not options.udp:
            self.connection.set_no_delay(True)
        self.reader.add_connection(self.connection)

    def run(self):
        sizes = self.options.sizes * self.options.repeat
        expected = 0 if self.options.one_way else len(sizes)
        while self.sent < len(sizes) or self.received < expected:
            while self.sent < len(sizes) and self.window_is_open(sizes[self.sent]):
                self.send(sizes[self.sent])
            if self.received < expected:
                self.receive(sizes)

    def window_is_open(self, size):
        if self.options.one_way or self.sent == self.received:
            return True
        return (self.sent - self.received < self.options.window
                and self.bytes_on_way + size <= 65_536)

    def send(self, size):
        datagram = Datagram(pattern(self.options.seed, self.sent, size))
        if self.options.udp:
            ok = self.writer.send(datagram, self.connection, self.address)
        else:
            ok = self.writer.send(datagram, self.connection)
        if not ok:
            raise ConnectionError(f"datagram {self.sent} of {size} bytes was not sent")
        self.sent += 1
        self.bytes_on_way += size

    def receive(self, sizes):
        if not self.manager.wait_for_readers(self.options.timeout):
            raise TimeoutError(f"nothing came back for {self.options.timeout} s")
        while self.reader.data_available():
            datagram = NetDatagram()
            if self.reader.get_data(datagram):
                self.check(datagram.get_message(), sizes)
        if self.manager.reset_connection_available() and self.received < len(sizes):
            raise ConnectionError("the server closed the connection")

    def check(self, message, sizes):
        if self.options.raw and not self.options.udp:
            self.stream += message
            while self.received < self.sent and len(self.stream) >= sizes[self.received]:
                size = sizes[self.received]
                self.count(bytes(self.stream[:size]), sizes)
                del self.stream[:size]
        else:
            self.count(message, sizes)

    def count(self, message, sizes):
        if self.received >= self.sent:
            raise ValueError("more came back than was sent")
        expected = pattern(self.options.seed, self.received, sizes[self.received])
        if message != expected:
            self.intact = False
            later = range(self.received + 1, min(self.sent, self.received + 50))
            if any(message == pattern(self.options.seed, n, sizes[n]) for n in later):
                self.in_order = False
        self.received += 1
        self.bytes += len(message)
        self.bytes_on_way -= sizes[self.received - 1]


def sizes_of(text):
    try:
        sizes = [int(size) for size in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of sizes like 1,100,1500")
    if min(sizes) < 0:
        raise argparse.ArgumentTypeError("a size is negative")
    return sizes


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--udp", action="store_true", help="send over UDP")
    parser.add_argument("--sizes", type=sizes_of, default=[100], help="bytes of each, e.g. 1,2,3")
    parser.add_argument("--repeat", type=int, default=1, help="how often to send all sizes")
    parser.add_argument("--window", type=int, default=64, help="most datagrams on their way")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one-way", action="store_true", help="send only, expect no answers")
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds to wait for an answer")
    add_framing_options(parser)
    return parser.parse_args()


def main():
    options = parse_options()
    started, error, client = time.monotonic(), None, None
    try:
        client = EchoClient(options)
        client.run()
        client.manager.close_connection(client.connection)
    except (OSError, ValueError, AssertionError) as problem:
        error = f"{type(problem).__name__}: {problem}"
    fields = {"error": error} if error else {}
    if client:
        fields |= {name: getattr(client, name)
                   for name in ("sent", "received", "bytes", "intact", "in_order")}
    report(seconds=round(time.monotonic() - started, 3), **fields)
    sys.exit(0 if not error and client.intact else 1)


if __name__ == "__main__":
    main()
