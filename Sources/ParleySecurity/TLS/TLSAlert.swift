/// A peer's reason for ending a connection (RFC 8446, section 6.2).
public struct TLSAlert: Sendable, Hashable, CustomStringConvertible {
    /// Its number in the protocol.
    public let code: UInt8

    /// The alert of that number.
    public init(code: UInt8) {
        self.code = code
    }

    /// Its name in the protocol.
    public var description: String {
        switch code {
        case 10: "unexpected message"
        case 20: "bad record"
        case 22: "record overflow"
        case 40: "handshake failure"
        case 42: "bad certificate"
        case 43: "unsupported certificate"
        case 44: "certificate revoked"
        case 45: "certificate expired"
        case 46: "certificate unknown"
        case 47: "illegal parameter"
        case 48: "unknown authority"
        case 49: "access denied"
        case 50: "decode error"
        case 51: "decrypt error"
        case 70: "protocol version"
        case 71: "insufficient security"
        case 80: "internal error"
        case 90: "cancelled by the user"
        case 109: "missing extension"
        case 112: "unrecognised name"
        case 116: "certificate required"
        case 120: "no application protocol"
        default: "alert \(code)"
        }
    }
}
