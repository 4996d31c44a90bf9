import ParleyDatagrams
import ParleyProtocol

/// The answers to clients that connect with other security than the port's, before a session begins.
enum SecurityMismatch {
    /// Why a client that speaks TLS is not let in at a plain port. It sees that the answer is not TLS.
    static let tlsAtPlainPort = "this port does not encrypt"

    /// Why a plain client is not let in at an encrypted port.
    static let plainAtTLSPort =
        "this server encrypts: connect with TLS, or ask who runs it for a plain port"

    /// The goodbye to a plain client, framed as it reads it.
    static let answerToPlain: [UInt8] = {
        let goodbye = ServerMessage.goodbye(
            encoding: Goodbye(code: .refused, text: plainAtTLSPort))
        return [UInt8(goodbye.count), 0] + goodbye.bytes
    }()

    /// Whether a first message is the beginning of a handshake (RFC 8446, 5.1), which a plain
    /// connection delivers as it came. No message of a client has this kind.
    static func isTLS(_ message: Datagram) -> Bool { message.bytes.first == 22 }
}
