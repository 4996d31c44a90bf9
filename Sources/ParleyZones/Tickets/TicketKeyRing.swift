package import ParleyDatagrams
internal import ParleyHandoff
package import ParleySecurity

/// Seals tickets and opens them, by AES-256-GCM under the keys that the servers of a realm share.
///
/// A world server seals with the newest key, and a zone opens with all that it knows. A ticket of a key that a zone
/// does not know yet is refused like a forged one, and its player asks for another.
package struct TicketKeyRing: TicketSealer, Sendable, CustomStringConvertible {
    /// What is sealed as a ticket opens as nothing else.
    private static let domain = "parley ticket 1"

    let keys: KeyRing

    /// A sealer by the keys of a ring. Copies of it count their seals together.
    package init(_ keys: KeyRing) {
        self.keys = keys
    }

    /// A sealer by the keys that a file holds. Where there is no file, one with a new key is written.
    ///
    /// Blocks until the disk answers.
    ///
    /// - Parameter path: A file that only this user may read.
    package init(keptIn path: String) throws(KeyRingError) {
        keys = try KeyRing(keptIn: path)
    }

    /// Shows the numbers of the keys only.
    package var description: String { keys.description }

    package func seal(_ plain: Datagram) -> Datagram? {
        (try? keys.seal(plain.bytes, domain: Self.domain)).map { Datagram(bytes: $0) }
    }

    package func open(_ sealed: Datagram) -> Datagram? {
        keys.open(sealed.bytes, domain: Self.domain).map { Datagram(bytes: $0) }
    }
}
