import ParleyDatagrams
import ParleyHandoff
package import ParleySecurity
import ParleySockets

/// What all servers of a realm have to have in common, as this one has it.
package struct RealmTerms: Sendable {
    private let lease: Duration
    private let map: UInt64
    private let keys: KeyRing

    /// A proof of a key is good for nothing else.
    private static let domain = "parley terms 1"

    /// - Parameters:
    ///   - lease: How long a zone acts without an answer, at most.
    ///   - map: A hash of the game's name and the map.
    package init(lease: Duration, map: UInt64, keys: KeyRing) {
        (self.lease, self.map, self.keys) = (lease, map, keys)
    }

    private var milliseconds: UInt32 { UInt32(clamping: lease.wholeNanoseconds / 1_000_000) }

    /// The terms as another server reads them; nil if the keys are worn out.
    var peerTerms: PeerTerms? {
        guard let proof = try? keys.seal([], domain: Self.domain) else { return nil }
        return PeerTerms(lease: milliseconds, map: map, proof: Datagram(bytes: proof))
    }

    /// What is different at another server.
    ///
    /// An operator's program needs the keys, and uses neither map nor lease.
    func differences(from peer: PeerTerms, of role: PeerRole) -> [PeerDifference] {
        var differences: [PeerDifference] = []
        if keys.open(peer.proof.bytes, domain: Self.domain) == nil { differences.append(.keys) }
        guard role != .supervisor else { return differences }
        if peer.map != map { differences.append(.map) }
        if peer.lease != milliseconds {
            differences.append(.lease(own: lease, peer: .milliseconds(Int64(peer.lease))))
        }
        return differences
    }
}

/// What two servers of a realm do not have in common.
package enum PeerDifference: Hashable, Sendable {
    /// The peer seals with a key that this server does not have.
    case keys
    /// The name of the game, or the map.
    case map
    case lease(own: Duration, peer: Duration)

    /// Whether a zone would act after its world server has given it up: such two have no link.
    ///
    /// A world server that waits for longer than its zones harms nobody, so a realm's lease is raised at the world servers
    /// first, and lowered at the zones first.
    func isDangerous(between own: PeerRole, and peer: PeerRole) -> Bool {
        guard case .lease(let ours, let theirs) = self else { return false }
        return switch (own, peer) {
        case (.zone, .world): ours > theirs
        case (.world, .zone): theirs > ours
        default: false
        }
    }

    /// The difference from a peer, in a sentence that says what to do.
    func words(for peer: PeerName) -> String {
        switch self {
        case .keys:
            "\(peer) has another key than this server: give both the same file of keys"
        case .map:
            "\(peer) has another map than this server, or another game: give both the same"
        case .lease(let own, let theirs):
            "\(peer) has a lease of \(theirs), and this server one of \(own): give both the same"
        }
    }
}
