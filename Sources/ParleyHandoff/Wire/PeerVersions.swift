/// The versions of the messages between servers that a program speaks.
///
/// Two servers use the lower of both newest versions, if both speak it. So programs of version N and N − 1 run side by
/// side, as long as N still speaks N − 1. The bytes of a kind never change: what has to look otherwise is a new kind,
/// of a new version, and is not sent over a link of an older one.
package struct PeerVersions: Hashable, Sendable {
    /// The oldest version.
    package let oldest: UInt16
    /// The newest version; at most ``PeerHello/mostVersions`` − 1 above the oldest.
    package let newest: UInt16
    /// The kinds that came with a version above the oldest, and which that was.
    package let added: [PeerMessageKind: UInt16]

    /// What this program speaks. Version 4 brought the terms, and version 2 had another hello.
    package static let current = PeerVersions(3...4, added: [.terms: 4])

    /// - Precondition: There are at most ``PeerHello/mostVersions``.
    package init(_ versions: ClosedRange<UInt16>, added: [PeerMessageKind: UInt16] = [:]) {
        precondition(versions.count <= PeerHello.mostVersions, "a hello has no room for so many")
        oldest = versions.lowerBound
        newest = versions.upperBound
        self.added = added
    }

    /// All of them.
    package var all: ClosedRange<UInt16> { oldest...newest }

    /// Whether a version has a kind of message.
    package func has(_ kind: PeerMessageKind, in version: UInt16) -> Bool {
        added[kind, default: oldest] <= version
    }

    /// Whether a version has a message.
    package func has(_ message: PeerMessage, in version: UInt16) -> Bool {
        message.kind.map { has($0, in: version) } ?? true
    }

    /// The hash of a version and its rows of the table: FNV-1a, 64 bits, over one line for each.
    package func hash(of version: UInt16) -> UInt64 {
        let rows = PeerMessageTable.rows.filter { has($0.kind, in: version) }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for line in ["\(version)\n"] + rows.map(\.line) {
            for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        }
        return hash
    }

    /// The version of a link with the sender of a hello.
    ///
    /// - Throws: ``PeerVersionError`` if both speak no version in common, or mean another table by it.
    package func version(with peer: PeerHello) throws(PeerVersionError) -> UInt16 {
        let agreed = min(newest, peer.versions.upperBound)
        guard all.contains(agreed), peer.versions.contains(agreed) else {
            throw PeerVersionError(own: all, peer: peer.versions, agreed: nil)
        }
        guard peer.tables[Int(agreed - peer.oldest)] == hash(of: agreed) else {
            throw PeerVersionError(own: all, peer: peer.versions, agreed: agreed)
        }
        return agreed
    }
}

/// Two servers have no version of the messages in common.
package struct PeerVersionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What this server speaks.
    package let own: ClosedRange<UInt16>
    /// What the other one speaks.
    package let peer: ClosedRange<UInt16>
    /// The version that both speak, and whose tables differ; nil if there is none.
    package let agreed: UInt16?

    package init(own: ClosedRange<UInt16>, peer: ClosedRange<UInt16>, agreed: UInt16?) {
        self.own = own
        self.peer = peer
        self.agreed = agreed
    }

    /// Both, in a sentence.
    package var description: String {
        let both =
            "this server speaks \(Self.text(own)) of the messages, the other one \(Self.text(peer))"
        return agreed.map { "\(both), and they differ in version \($0)" } ?? both
    }

    private static func text(_ versions: ClosedRange<UInt16>) -> String {
        versions.count == 1
            ? "version \(versions.lowerBound)"
            : "versions \(versions.lowerBound) to \(versions.upperBound)"
    }
}
