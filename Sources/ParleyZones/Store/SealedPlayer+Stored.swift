internal import ParleyDatagrams
internal import ParleyHandoff
internal import ParleyStore

/// A player's state as the store keeps it: the bytes that travel between servers, under a number of their format.
extension SealedPlayer {
    /// The format that is written.
    static let storedVersion = format

    /// The state for the store, which keeps the counts apart as well.
    func stored() throws(DatagramError) -> StoredState {
        var datagram = Datagram()
        try datagram.append(self)
        return StoredState(
            version: Self.storedVersion, bytes: Array(datagram.bytes), requests: requests,
            outboxSeen: outboxSeen)
    }

    /// Reads a state from the store.
    init(_ stored: StoredState) throws(DatagramError) {
        switch stored.version {
        case 1...Self.format:
            var reader = DatagramReader(Datagram(bytes: stored.bytes))
            self = try Self(from: &reader, format: stored.version)
            try reader.expectEnd()
        case let version:
            throw .invalidValue(
                expected: "a stored state of version 1 to \(Self.format)", found: "\(version)",
                offset: 0)
        }
    }
}
