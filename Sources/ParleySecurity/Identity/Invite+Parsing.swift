extension Invite {
    /// No host name is longer than 253 bytes; the rest has 80 at most.
    static let longestText = 360

    /// The invite that a text is. Capitals are as good as small letters in the scheme, the pin and the
    /// secret.
    public init(_ text: some StringProtocol) throws(InviteError) {
        guard text.utf8.count <= Self.longestText else { throw .tooLong(limit: Self.longestText) }
        let scheme = "parley:"
        let text = Substring(text)
        // Bit 5 is what tells a capital from its small letter; of a colon it is set.
        guard text.utf8.prefix(scheme.utf8.count).map({ $0 | 0x20 }) == Array(scheme.utf8) else {
            throw .malformed
        }
        let rest = Substring(text.utf8.dropFirst(scheme.utf8.count))
        guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "#")),
            let colon = rest.utf8[..<mark].lastIndex(of: UInt8(ascii: ":"))
        else { throw .malformed }
        let (pin, secret) = try Self.keys(rest[rest.utf8.index(after: mark)...])
        try self.init(
            host: Self.host(rest[..<colon]),
            port: Self.port(rest[rest.utf8.index(after: colon)..<mark]), pin: pin,
            joinSecret: secret)
    }

    /// A name as it stands, an IPv6 address in brackets.
    private static func host(_ text: Substring) throws(InviteError) -> String {
        let isBracketed = text.utf8.first == UInt8(ascii: "[")
        guard isBracketed else {
            guard !text.utf8.contains(UInt8(ascii: ":")) else { throw .invalidHost }
            return String(text)
        }
        guard text.utf8.last == UInt8(ascii: "]"), text.utf8.contains(UInt8(ascii: ":")) else {
            throw .invalidHost
        }
        return String(text.dropFirst().dropLast())
    }

    private static func port(_ text: Substring) throws(InviteError) -> UInt16 {
        guard (1...5).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "0"),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let port = UInt16(text)
        else { throw .invalidPort }
        return port
    }

    private static func keys(
        _ text: Substring
    ) throws(InviteError) -> (PublicKeyPin, JoinSecret?) {
        let stop = text.utf8.firstIndex(of: UInt8(ascii: "."))
        guard let pin = PublicKeyPin(text[..<(stop ?? text.endIndex)]) else { throw .invalidPin }
        guard let stop else { return (pin, nil) }
        guard let secret = JoinSecret(text[text.utf8.index(after: stop)...]) else {
            throw .invalidJoinSecret
        }
        return (pin, secret)
    }
}
