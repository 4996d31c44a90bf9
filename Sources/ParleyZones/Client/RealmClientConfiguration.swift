public import ParleySessions
public import ParleyWorld

/// How a player proves who it is.
public enum RealmLogin: Hashable, Sendable {
    /// By a name alone, in a realm of `.names`.
    case name(String)
    /// By a name and a password.
    case password(name: String, String)
    /// By a name and the token of an earlier session (``RealmClient/reEntryToken``), which is good once.
    case token(name: String, [UInt8])

    /// The account's name.
    public var name: String {
        switch self {
        case .name(let name), .password(let name, _), .token(let name, _): name
        }
    }
}

// A secret is in no text of a login.
extension RealmLogin: CustomStringConvertible, CustomReflectable {
    /// The name.
    public var description: String { "login of \"\(name)\"" }

    /// The name, so that `dump` does not print a secret either.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// How a `RealmClient` behaves.
public struct RealmClientConfiguration: Hashable, Sendable {
    /// What protects the connection to the world server, and how it is verified. The zones are verified by the keys
    /// that the world server names.
    public var security: StreamSecurity.Client

    /// How the client behaves in each zone: rates, limits of prediction. Its security and ticket are not looked at.
    public var zone = GameClientConfiguration()

    /// How long the client tries to reach a world server or a zone before it gives up: at the beginning, or when
    /// neither answers any more.
    public var patience: Duration = .seconds(60)

    /// How many notices and how many lines of chat wait for their readers. A client that has not read so many notices
    /// ends with an error; of chat the oldest are dropped.
    public var backlog = 1_024

    /// Whether notices are thrown away, for clients that do not read them.
    public var discardsNotices = false

    /// A configuration of sensible values.
    public init(security: StreamSecurity.Client = .automatic) {
        self.security = security
        zone.reconnectsFor = .seconds(3)
    }
}
