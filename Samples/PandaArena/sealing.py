"""The keys of an encrypted session's packets, by "Keys and epochs" in Documentation/Wire.md.

Both ends give 32 random bytes over TLS; whoever has both has the keys. Needs the module
`cryptography`. Times are in seconds.
"""

import hmac
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

CIPHERS = {1: (AESGCM, 16), 2: (ChaCha20Poly1305, 32)}  # by the welcome's number, with their keys' bytes
TO_SERVER, TO_CLIENT = 0, 1
EPOCH_PACKETS = 1 << 24
EPOCH_SECONDS = 3600.0


def expand(secret, info, count):
    return HKDFExpand(algorithm=hashes.SHA256(), length=count, info=info).derive(secret)


class Epoch:
    """One direction's key, for as long as it lasts."""

    def __init__(self, number, cipher, secret):
        self.number = number
        self._cipher = cipher
        self._secret = secret
        make_key, key_bytes = CIPHERS[cipher]
        self._key = make_key(expand(secret, b"parley/1 key", key_bytes))
        self._iv = int.from_bytes(expand(secret, b"parley/1 iv", 12), "big")

    @classmethod
    def first(cls, number, direction, session, cipher, client_random, server_random):
        """That of a new secret."""
        root = hmac.new(client_random, server_random, "sha256").digest()  # HKDF-Extract
        info = b"parley/1 traffic" + struct.pack(">BIB", direction, session, cipher)
        return cls(number, cipher, expand(root, info, 32))

    def next(self):
        return Epoch(self.number + 1, self._cipher, expand(self._secret, b"parley/1 next", 32))

    def has(self, bits):
        """Whether its number has these low two bits, those of a packet's header."""
        return self.number & 3 == bits

    def seal(self, header, number, frames):
        return header + self._key.encrypt(self._nonce(number), frames, header)

    def open(self, header, number, sealed):
        """The frames; None if the packet was not sealed with this key."""
        try:
            return self._key.decrypt(self._nonce(number), sealed, header)
        except InvalidTag:
            return None

    def _nonce(self, number):
        return (self._iv ^ number).to_bytes(12, "big")


class Keys:
    """The keys of both directions. It replaces `Tokens` of packets.py."""

    overhead = 16

    def __init__(self, session, cipher, client_random, server_random, now):
        self._context = (session, cipher)
        self._begin_sealing(self._first(0, TO_SERVER, client_random, server_random), 0, now)
        self._opening = self._first(0, TO_CLIENT, client_random, server_random)
        self._next = self._opening.next()
        self._base = None  # of a new secret that opened nothing yet
        self._former = None
        self._former_end = 0.0
        self._lowest = self._highest = None  # numbers: of this epoch's packets, of all

    def rebase(self, client_random, server_random, to_server, to_client, number, now):
        """The answer to a resume brings a new secret, and the epochs in which its keys begin.

        The client seals with them from packet `number` on, the server from when it has opened one.
        """
        if self._opening.has(to_client & 3):
            raise ValueError("the server begins an epoch that looks like the current one")
        self._begin_sealing(
            self._first(to_server, TO_SERVER, client_random, server_random), number, now)
        self._base = self._first(to_client, TO_CLIENT, client_random, server_random)

    def _first(self, number, direction, client_random, server_random):
        return Epoch.first(number, direction, *self._context, client_random, server_random)

    # Sealing -------------------------------------------------------------------------------

    @property
    def sealing_epoch(self):
        return self._sealing.number

    def epoch(self, number, timeout, now):
        """The epoch of a packet: the next one where that is due and the server has this one's key."""
        is_due = number - self._first_number >= EPOCH_PACKETS or now - self._began >= EPOCH_SECONDS
        if is_due and self._confirmed is not None and now - self._confirmed >= 3 * timeout:
            self._begin_sealing(self._sealing.next(), number, now)
        return self._sealing.number

    def seal(self, header, number, frames):
        return self._sealing.seal(header, number, frames)

    def confirm(self, number, now):
        """The server has acknowledged a packet that went over UDP."""
        if self._confirmed is None and number >= self._first_number:
            self._confirmed = now

    def _begin_sealing(self, epoch, number, now):
        self._sealing, self._first_number, self._began = epoch, number, now
        self._confirmed = None

    # Opening -------------------------------------------------------------------------------

    def open(self, header, number, rest, timeout, now):
        """The frames; None if the packet is not the server's."""
        epoch = self._epoch(header[0] >> 2 & 3, number, now)
        frames = epoch.open(header, number, rest) if epoch and len(rest) > self.overhead else None
        if frames is None:
            return None
        if epoch is not self._former:
            if epoch is not self._opening:
                self._advance(epoch, now + 3 * timeout)
            self._lowest = number if self._lowest is None else min(self._lowest, number)
            self._highest = number if self._highest is None else max(self._highest, number)
        return frames

    def _epoch(self, bits, number, now):
        """The one epoch that a packet can be of; None for none."""
        if self._opening.has(bits):
            return self._opening
        if self._former and self._former.has(bits) and not (self._base and self._base.has(bits)):
            return self._former if number < self._lowest and now < self._former_end else None
        # Numbers continue over epochs, so a new epoch's packets have the highest ones.
        is_newest = self._highest is None or number > self._highest
        for epoch in (self._base, self._next):
            if epoch and epoch.has(bits):
                return epoch if is_newest else None
        return None

    def _advance(self, epoch, former_end):
        if epoch is self._base:
            self._base = None
        self._former, self._former_end = self._opening, former_end
        self._opening, self._next = epoch, epoch.next()
        self._lowest = None
