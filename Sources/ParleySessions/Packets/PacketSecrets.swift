package import ParleyProtocol
package import ParleySecurity

/// What both ends of a sealed session know, and nobody else: the source of its keys.
package struct PacketSecrets: ~Copyable {
    /// The secret of the client's packets.
    package var toServer: TrafficSecret
    /// The secret of the server's packets.
    package var toClient: TrafficSecret

    /// The secrets of a session, or of its continuation on another connection.
    ///
    /// - Parameters:
    ///   - session: The session's number.
    ///   - clientRandom: The 32 bytes that the client has sent over TLS.
    ///   - serverRandom: The 32 bytes that the server has answered over TLS.
    ///   - cipher: The cipher that the server has chosen.
    package init(
        session: SessionNumber, clientRandom: Span<UInt8>, serverRandom: Span<UInt8>,
        cipher: AEADCipher
    ) {
        toServer = TrafficSecret(
            clientRandom: clientRandom, serverRandom: serverRandom, direction: .toServer,
            session: session.rawValue, cipher: cipher)
        toClient = TrafficSecret(
            clientRandom: clientRandom, serverRandom: serverRandom, direction: .toClient,
            session: session.rawValue, cipher: cipher)
    }
}
