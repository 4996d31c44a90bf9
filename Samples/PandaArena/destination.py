"""Where the server is and what proves that it is the right one, as the options say it."""

import base64
import re
from dataclasses import dataclass, field

DEFAULT_PORT = 9100  # the plain one that `arena serve --panda3d-port 9100` opens
ENCRYPTED_PORT = 9099
PIN = re.compile("[a-z2-7]{26}")


@dataclass(frozen=True)
class Destination:
    host: str
    port: int
    pin: str = None  # of the server's public key; None for a plain connection
    secret: bytes = field(default=None, repr=False)  # of an invite to a private server


def read_endpoint(text, default_port):
    """(host, port) of "HOST", "HOST:PORT" or "[IPV6]:PORT", as `arena play --to` reads it."""
    host, colon, port = text.rpartition(":")
    # More than one colon without brackets is an IPv6 address without a port.
    if not colon or (":" in host and not host.endswith("]")):
        host, port = text, str(default_port)
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if not host or "[" in host or "]" in host:
        raise ValueError(f"{text!r} is no server like HOST or HOST:PORT")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"{port!r} is no port (1 to 65535)")
    return host, int(port)


def read_pin(text):
    """A pin, which is 26 letters or digits from 2 to 7."""
    if not PIN.fullmatch(text.lower()):
        raise ValueError(f"{text!r} is no key: 26 letters or digits from 2 to 7 are expected")
    return text.lower()


def read_secret(text):
    """The 16 bytes of a join secret, which is printed like a pin."""
    if not PIN.fullmatch(text.lower()):
        raise ValueError("the invite's secret behind the full stop is damaged")
    return base64.b32decode(text.upper() + "======")


def read_invite(text):
    """The destination of "parley:HOST:PORT#PIN" or "parley:HOST:PORT#PIN.SECRET"."""
    scheme, colon, rest = text.partition(":")
    place, mark, keys = rest.rpartition("#")
    if scheme != "parley" or not mark:
        raise ValueError("an invite looks like parley:host:port#key")
    pin, stop, secret = keys.partition(".")
    return Destination(*read_endpoint(place, ENCRYPTED_PORT), read_pin(pin),
                       read_secret(secret) if stop else None)
