package import ParleyDatagrams

/// Seals tickets and opens them. The keys are its own; this module knows no cryptography.
package protocol TicketSealer {
    /// The sealed bytes; nil if the keys may seal no more.
    mutating func seal(_ plain: Datagram) -> Datagram?
    /// The plain bytes; nil if they are not what ``seal(_:)`` sealed under a key of the ring.
    func open(_ sealed: Datagram) -> Datagram?
}

extension Ticket {
    /// The most bytes that a sealed ticket has. More are refused unopened.
    package static let sealedLimit = 256

    /// The ticket as a client carries it; nil if the keys may seal no more.
    ///
    /// - Throws: ``DatagramError`` never for tickets that a world server makes.
    package func sealed(by sealer: inout some TicketSealer) throws(DatagramError) -> Datagram? {
        sealer.seal(try Datagram(encoding: self))
    }

    /// The ticket in bytes that a client brought; nil if they are not one.
    package init?(opening sealed: Datagram, by sealer: borrowing some TicketSealer) {
        guard sealed.count <= Self.sealedLimit, let plain = sealer.open(sealed) else { return nil }
        var reader = plain.reader
        guard let ticket = try? reader.read(Ticket.self), reader.isAtEnd else { return nil }
        self = ticket
    }
}
