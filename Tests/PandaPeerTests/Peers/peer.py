"""The common parts of the Panda3D peers: framing options, a checkable byte pattern, JSON lines."""

import json
import socket

from panda3d.core import NetAddress

TABLE = bytes((k * 7 + (k >> 8) * 13) & 0xFF for k in range(1 << 16))


def pattern(seed, sequence, size):
    """The bytes of datagram number `sequence`; byte i is that of TABLE at seed + 31·sequence + i."""
    start = (seed + sequence * 31) & 0xFFFF
    head = TABLE[start:start + size]
    missing = size - len(head)
    return head + (TABLE * (missing // len(TABLE) + 1))[:missing]


def report(**fields):
    """One line of JSON on standard output, at once: the Swift side waits for it."""
    print(json.dumps(fields), flush=True)


def free_port(kind):
    """A port that was free a moment ago. Panda3D cannot tell which port it got for port 0."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def open_on_free_port(port, kind, open_port):
    """(port, connection) of `open_port(port)`; port 0 tries free ones until one opens."""
    for _ in range(1 if port else 20):
        candidate = port or free_port(kind)
        connection = open_port(candidate)
        if connection:
            return candidate, connection
    raise SystemExit(f"cannot open port {port or '(any)'}")


def address_of(host, port):
    address = NetAddress()
    if not address.set_host(host, port):
        raise SystemExit(f"cannot resolve {host}")
    return address


def add_framing_options(parser):
    parser.add_argument("--header-size", type=int, choices=(2, 4), default=2,
                        help="bytes of the length before each TCP datagram (default: 2)")
    parser.add_argument("--raw", action="store_true",
                        help="TCP without lengths, UDP without checksum headers")


def apply_framing(options, *ends):
    for end in ends:
        end.set_raw_mode(options.raw)
        end.set_tcp_header_size(options.header_size)
