public import Parley

/// What the echo is of. This module has the name of one of Parley's samples, which a user's may have.
public let word = Datagram { $0.append(7 as UInt32) }
