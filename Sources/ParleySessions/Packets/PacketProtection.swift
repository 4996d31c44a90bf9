package import ParleyProtocol
import ParleySecurity

/// What protects the packets of a session.
package enum PacketProtection: ~Copyable {
    /// A cipher, with keys of both ends' random bytes.
    case sealed(PacketSecrets)
    /// A token in each direction: they tell a player's packets from those of people who cannot read them.
    case tokens(toServer: UInt64, toClient: UInt64)

    /// The number of tokens in a welcome, in the place of a cipher's.
    package static let tokensNumber: UInt8 = 0

    /// The protection that a welcome names; nil for a number that this version does not know.
    ///
    /// - Parameters:
    ///   - number: The number in the welcome.
    ///   - session: The session's number.
    ///   - clientRandom: The random bytes of the hello.
    ///   - serverRandom: Those of the welcome.
    package init?(
        number: UInt8, session: SessionNumber, clientRandom: SessionRandom,
        serverRandom: SessionRandom
    ) {
        if number == Self.tokensNumber {
            let tokens = serverRandom.tokens
            self = .tokens(toServer: tokens.toServer, toClient: tokens.toClient)
            return
        }
        guard let cipher = AEADCipher(rawValue: number) else { return nil }
        self = .sealed(
            PacketSecrets(
                session: session, clientRandom: clientRandom.bytes.span,
                serverRandom: serverRandom.bytes.span, cipher: cipher))
    }

    /// The keys or tokens of an end.
    consuming func codec(_ end: SessionEnd, session: SessionNumber) -> PacketCodec {
        switch consume self {
        case .sealed(let secrets):
            PacketCodec(end, session: session, secrets: secrets)
        case .tokens(let toServer, let toClient):
            PacketCodec(end, session: session, toServer: toServer, toClient: toClient)
        }
    }
}
