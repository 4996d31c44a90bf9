import ParleyDatagrams
import ParleyHandoff
public import ParleySecurity

/// The keys that the servers of a realm share: world servers seal tickets with them, and zones open them.
///
/// ```swift
/// let keys = try RealmKeys(keptIn: "realm.keys")
/// ```
///
/// Keep the file to the realm's servers: who has it can make tickets.
public struct RealmKeys: Sendable, CustomStringConvertible {
    private let ring: TicketKeyRing

    /// New keys, for a realm whose servers all are in this process.
    public init() {
        ring = TicketKeyRing(KeyRing())
    }

    /// The keys that a file holds, which only this user may read. Where there is no file, one with a new key is written.
    ///
    /// Blocks until the disk answers.
    public init(keptIn path: String) throws(KeyRingError) {
        ring = try TicketKeyRing(keptIn: path)
    }

    /// Shows the numbers of the keys only.
    public var description: String { ring.description }

    /// The keys themselves.
    var all: KeyRing { ring.keys }

    /// The ticket as a client carries it; nil if a newer key is needed.
    func seal(_ ticket: Ticket) -> Datagram? {
        var ring = ring
        return (try? ticket.sealed(by: &ring)) ?? nil
    }

    /// The ticket in bytes that a client brought; nil if they are none of this realm.
    func open(ticket sealed: Datagram) -> Ticket? { Ticket(opening: sealed, by: ring) }

    /// Bytes that only a server of the realm opens, for one use; nil if a newer key is needed.
    func seal(_ plain: Datagram, domain: String) -> Datagram? {
        (try? ring.keys.seal(plain.bytes, domain: domain)).map { Datagram(bytes: $0) }
    }

    /// What was sealed for that use; nil if the bytes are none of this realm.
    func open(_ sealed: Datagram, domain: String) -> Datagram? {
        ring.keys.open(sealed.bytes, domain: domain).map { Datagram(bytes: $0) }
    }

    /// The proof as a client keeps it; nil if a newer key is needed.
    func seal(_ proof: SessionProof) -> Datagram? { proof.sealed(by: ring) }

    /// The proof in bytes that a client brought; nil if they are none, or not valid at that second.
    func open(proof sealed: Datagram, at second: UInt64) -> SessionProof? {
        SessionProof(opening: sealed, by: ring, at: second)
    }
}
