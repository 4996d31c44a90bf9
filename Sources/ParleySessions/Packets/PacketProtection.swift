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

    /// The number in the welcome of a session that began over an encrypted connection, or a plain one.
    package static func number(isEncrypted: Bool) -> UInt8 {
        isEncrypted ? AEADCipher.preferred.rawValue : tokensNumber
    }

    /// The protection that a server chooses: sealed packets where an encrypted connection has brought the keys.
    ///
    /// - Parameters:
    ///   - isEncrypted: Whether the session's first connection is.
    ///   - session: The session's number.
    ///   - clientRandom: The random bytes of the hello.
    ///   - serverRandom: Those of the welcome.
    package init(
        isEncrypted: Bool, session: SessionNumber, clientRandom: SessionRandom,
        serverRandom: SessionRandom
    ) {
        self.init(isEncrypted ? .preferred : nil, session, clientRandom, serverRandom)
    }

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
        let cipher = AEADCipher(rawValue: number)
        guard cipher != nil || number == Self.tokensNumber else { return nil }
        self.init(cipher, session, clientRandom, serverRandom)
    }

    private init(
        _ cipher: AEADCipher?, _ session: SessionNumber, _ clientRandom: SessionRandom,
        _ serverRandom: SessionRandom
    ) {
        guard let cipher else {
            let tokens = serverRandom.tokens
            self = .tokens(toServer: tokens.toServer, toClient: tokens.toClient)
            return
        }
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
