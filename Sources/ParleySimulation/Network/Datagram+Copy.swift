internal import ParleyDatagrams

extension Datagram {
    /// The bytes in `range` as a datagram that shares no memory with this one.
    func copy(of range: Range<Int>) -> Datagram {
        withSpan { Datagram(copying: $0.extracting(range)) }
    }

    /// A datagram of these bytes.
    init(copying bytes: Span<UInt8>) {
        self.init(minimumCapacity: bytes.count)
        append(bytes)
    }

    /// These bytes after what a link has done to them.
    func damaged(_ damage: Damage) -> Datagram {
        switch damage {
        case .none:
            return self
        case .truncated(let count):
            return copy(of: 0..<Swift.min(count, self.count))
        case .flippedBit(let bit):
            var bytes = self.bytes
            if bit / 8 < bytes.count { bytes[bit / 8] ^= 1 << (bit % 8) }
            return Datagram(bytes: bytes)
        }
    }
}
