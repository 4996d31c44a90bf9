import ParleySecurity
import ParleySessions
import ParleySockets

/// Where a zone's players connect: an invite with the zone's key, or "host:port" of a plain one.
struct ZoneAddress: Sendable {
    let host: String
    let port: UInt16
    private let invite: Invite?

    /// The address in a text; nil if it is none.
    init?(_ text: String) {
        if let invite = try? Invite(text) {
            (host, port, self.invite) = (invite.host, invite.port, invite)
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]),
            port > 0
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        (self.host, self.port, invite) = (String(host), port, nil)
    }

    /// What protects a connection there. A zone without a key is plain, which only a plain client takes.
    func security(as world: StreamSecurity.Client) -> StreamSecurity.Client {
        if let invite { return .invite(invite) }
        return world == .none ? .none : .automatic
    }
}
