package import ParleyHandoff
package import ParleySecurity

/// Where a server of a realm listens for the others.
package struct PeerPlace: Hashable, Sendable {
    /// The server.
    package var name: PeerName
    /// Its host's name or numeric address.
    package var host: String
    /// Its port, 1 to 65,535; 0 for one that only dials.
    package var port: UInt16

    package init(_ name: PeerName, host: String, port: UInt16) {
        self.name = name
        self.host = host
        self.port = port
    }
}

extension PeerPlace {
    /// The operators of a realm. They dial.
    static let operators = PeerPlace(.supervisor, host: "", port: 0)
}

/// Who a server of a realm is, and where the others are.
package struct PeerNodeConfiguration: Sendable {
    /// The own name.
    package var name: PeerName
    /// The other servers. Links with others are refused. The own place is passed over, so that all servers of a
    /// realm can have one list; of two places of one name the first counts.
    package var places: [PeerPlace]
    /// The local address at which it listens; nil for all.
    package var host: String?
    /// The port at which it listens; 0 lets the system choose one, nil for a server that only dials.
    package var port: UInt16?
    /// What links are protected by.
    package var security: PeerSecurity
    /// The versions of the messages that it speaks.
    package var versions = PeerVersions.current
    /// What it believes that all servers have in common; nil for one that neither says nor compares it.
    package var terms: RealmTerms?
    /// Sizes and times.
    package var limits = PeerLimits()

    package init(
        _ name: PeerName, places: [PeerPlace], host: String? = nil, port: UInt16? = nil,
        security: PeerSecurity = .none, terms: RealmTerms? = nil
    ) {
        self.name = name
        self.places = places
        self.host = host
        self.port = port
        self.security = security
        self.terms = terms
    }
}

/// What protects the links between servers.
package enum PeerSecurity: Hashable, Sendable {
    /// Nothing: whoever reaches the port may say that it is a server of the realm. For servers that only this
    /// machine reaches, and for simulations.
    case none
    /// TLS 1.3. Both ends show certificates of the realm's authority, and each is believed to be the server that
    /// its certificate names.
    case realm(RealmCredentials)
}

/// The bounds of a server's links.
package struct PeerLimits: Hashable, Sendable {
    /// Bytes that may wait to leave on one link. A message beyond it is dropped and counted.
    package var waitingBytes = 4 << 20
    /// Bytes of received messages, plus 64 for each, that may wait for the reader. Beyond it no link is read
    /// until half of them are taken; each link may add one message.
    package var receivedBytes = 4 << 20
    /// How long connecting may take, and the handshake of an accepted connection.
    package var connectTimeout = Duration.seconds(1)
    /// How long the peer's hello may take.
    package var helloTimeout = Duration.seconds(1)
    /// The time between two hellos on a link. They say that this server lives.
    package var helloInterval = Duration.seconds(1)
    /// The silence after which a link is closed.
    package var silence = Duration.seconds(3)
    /// The pause before dialling again, after a link was lost.
    package var firstPause = Duration.milliseconds(50)
    /// The pause after several dials in a row have failed. It doubles up to this.
    package var longestPause = Duration.seconds(1)
    /// Accepted connections that have not said hello, beside two for each place.
    package var unnamedConnections = 64

    package init() {}
}
