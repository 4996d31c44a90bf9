import ParleyDatagrams
import ParleyProtocol

extension TickOutcome {
    /// A hash of all that the world sent to players in the tick, in its order: joins, refusals,
    /// notices and the plain snapshot. It is the same in every process.
    var digest: UInt64 {
        var hash = StableHash()
        for event in events {
            switch event {
            case .joined(let player):
                hash.combine(1)
                hash.combine(player.rawValue)
            case .refused(let player, let refusal):
                hash.combine(2)
                hash.combine(player.rawValue)
                hash.combine(refusal.description)
            case .notices(let notices):
                for outgoing in notices {
                    outgoing.recipients.combine(into: &hash)
                    hash.combine(encoding: outgoing.notice)
                }
            }
        }
        if let snapshot {
            hash.combine(3)
            hash.combine(encoding: snapshot)
        }
        return hash.value
    }
}

extension Recipients {
    fileprivate func combine(into hash: inout StableHash) {
        switch self {
        case .all: hash.combine(4)
        case .player(let player):
            hash.combine(5)
            hash.combine(player.rawValue)
        case .allExcept(let player):
            hash.combine(6)
            hash.combine(player.rawValue)
        }
    }
}

extension StableHash {
    /// Adds a value as it travels. One that cannot be encoded counts as such.
    fileprivate mutating func combine(encoding value: some DatagramEncodable) {
        guard let bytes = try? Datagram(encoding: value) else { return combine(-1) }
        combine(bytes.count)
        for byte in bytes.bytes { combine(byte: byte) }
    }
}
