internal import ParleyDatagrams

extension Datagram {
    /// The bytes with the damage of a link.
    func damaged(_ damage: Damage) -> Datagram {
        switch damage {
        case .none:
            return self
        case .truncated(let count):
            return slice(..<count)
        case .flippedBit(let bit):
            var bytes = self.bytes
            if bit / 8 < bytes.count { bytes[bit / 8] ^= 1 << (bit % 8) }
            return Datagram(bytes: bytes)
        }
    }
}
