/// One end's packets of one session: numbers, replays, acknowledgements, key epochs, addresses, and the way.
///
/// A value without keys and sockets. For a received packet the caller asks ``admit(_:count:from:at:)``, checks
/// the tag, and reports ``opened(_:frames:count:from:at:)`` or ``failed()``. For a packet to send it asks
/// ``packet(carrying:over:at:)``; after each batch it sends what ``nextControlPacket(at:challenge:)`` returns until
/// that is nil, and it calls ``advance(to:)`` at ``nextTimeout()``.
package struct SessionPackets: Sendable {
    /// The most bytes of a packet over UDP.
    package static let maximumCount = 1_200
    /// The most bytes of a packet that may be fragmented: those of a UDP datagram, and of a frame.
    package static let largestCount = 65_000
    /// The most failed openings of a session: the integrity limit of AES-GCM for short packets (RFC 9001,
    /// appendix B.1.2).
    package static let mostFailures: UInt64 = 1 << 36
    /// How many of a client's first packets are padded, so that the server may answer with three times as much.
    static let mostPadded = 16

    /// The end.
    package let end: SessionEnd
    /// The session.
    package let session: SessionNumber
    /// The bytes of the tag or token behind each packet over UDP.
    package let tagCount: Int
    let limits: EpochLimits
    /// After how many failed openings the session ends.
    package var maximumFailures = SessionPackets.mostFailures

    /// What was sent.
    package internal(set) var sent: SentPackets
    /// What was received.
    package internal(set) var received = ReceivedPackets()
    /// The keys that seal.
    package internal(set) var sealing: SealingEpochs
    /// The keys that open.
    package internal(set) var opening = OpeningEpochs()
    /// The addresses.
    package internal(set) var paths: PathValidation
    /// The way of this end's packets.
    package internal(set) var selector = WaySelector()
    /// How many packets had a wrong tag.
    package internal(set) var failureCount: UInt64 = 0
    /// How many packets were padded.
    var paddedCount = 0
    /// Whether a packet over UDP was acknowledged.
    package internal(set) var isHeard = false

    // What the next packet takes along.
    var ping: UInt32?
    var pong: ControlFrames.Pong?
    var response: UInt64?
    var secondResponse: UInt64?

    /// A client's end.
    ///
    /// - Parameters:
    ///   - session: The number in the server's welcome.
    ///   - server: The address of the server's UDP socket.
    ///   - tagCount: 16 for a sealed session, 8 for a plain one.
    ///   - limits: When the next key is due.
    ///   - roundTrip: The round trip of the TCP connection, if it is known.
    ///   - now: The time.
    package init(
        client session: SessionNumber, server: PathID, tagCount: Int, limits: EpochLimits = .sealed,
        roundTrip: Duration? = nil, at now: Duration
    ) {
        self.init(
            .client, session, PathValidation(server: server), tagCount, limits, roundTrip, now)
    }

    /// A server's end. The first authentic packet tells the client's address.
    ///
    /// - Parameters:
    ///   - session: The number in the welcome.
    ///   - tagCount: 16 for a sealed session, 8 for a plain one.
    ///   - limits: When the next key is due.
    ///   - roundTrip: The round trip of the TCP connection, if it is known.
    ///   - now: The time.
    package init(
        server session: SessionNumber, tagCount: Int, limits: EpochLimits = .sealed,
        roundTrip: Duration? = nil, at now: Duration
    ) {
        self.init(.server, session, PathValidation(), tagCount, limits, roundTrip, now)
    }

    private init(
        _ end: SessionEnd, _ session: SessionNumber, _ paths: PathValidation, _ tagCount: Int,
        _ limits: EpochLimits, _ roundTrip: Duration?, _ now: Duration
    ) {
        self.end = end
        self.session = session
        self.tagCount = tagCount
        self.limits = limits
        self.paths = paths
        sent = SentPackets(roundTrip: roundTrip)
        sealing = SealingEpochs(at: now)
    }

    /// The most bytes of a payload over UDP, behind an acknowledgement and the payload's kind.
    package static func payloadCapacity(tagCount: Int) -> Int {
        maximumCount - PacketHeader.count - 1 - PacketAcknowledgement.byteCount - 1 - tagCount
    }

    /// The way of this end's packets.
    package var way: PacketWay { selector.way }

    /// Takes another measurement of the round trip, if packets have shown none yet.
    package mutating func begin(withRoundTrip roundTrip: Duration) {
        sent.begin(withRoundTrip: roundTrip)
    }

    /// Whether commands go both ways now, because UDP may have stopped working.
    package func isDoubtful(at now: Duration) -> Bool {
        selector.isDoubtful(probeTimeout: sent.probeTimeout, at: now)
    }
}

extension SessionPackets {
    /// Asks the server for its newest tick, in the next packet. Only a client asks.
    package mutating func ask(mark: UInt32) {
        if end == .client { ping = mark }
    }

    /// Answers the newest ping, in the next packet. Only a server answers.
    package mutating func answer(_ pong: ControlFrames.Pong) {
        if end == .server { self.pong = pong }
    }

    /// A server gives the client a new secret, because the session continues on another connection.
    ///
    /// - Returns: What the `resumed` message tells the client. The caller keeps the secret's keys for these
    ///   epochs; those of an earlier secret that the client has not used are wiped.
    package mutating func rebase() -> BaseEpochs {
        BaseEpochs(toServer: opening.expectBase(), toClient: sealing.expectBase())
    }

    /// A client got a new secret, and seals under it from now on.
    ///
    /// - Returns: False if the server's packets would have the epoch bits of the current key, which no correct
    ///   server chooses: the session ends.
    package mutating func rebase(to base: BaseEpochs, at now: Duration) -> Bool {
        guard opening.expectBase(base.toClient) else { return false }
        sealing.begin(base.toServer, with: sent.nextNumber, at: now)
        return true
    }
}
