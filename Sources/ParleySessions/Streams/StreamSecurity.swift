public import ParleySecurity

/// How connections are protected. A plain connection is asked for by name: ``Server/none``,
/// ``Client/none``.
public enum StreamSecurity {
    /// What a listener does for its connections.
    public enum Server: Sendable, Hashable {
        /// Encrypts them with TLS 1.3 under an identity that lasts as long as the listener. The programs
        /// of this user on this machine verify it by themselves; others could not, so that listening
        /// beyond this machine fails (``ListenError/needsIdentity(host:)``).
        case automatic
        /// Encrypts them with TLS 1.3, and shows that identity to clients.
        case tls(TLSIdentity)
        /// Nothing: everybody on the way can read and change what is sent. For programs that speak no
        /// TLS, such as those of Panda3D.
        case none
    }

    /// What a client does for its connections, and how it verifies the server.
    ///
    /// Keep a value for all connections of a client: it loads the authorities once, which takes some
    /// 30 ms.
    public struct Client: Sendable {
        private enum Choice: Hashable {
            case automatic, none
            case tls(TLSTrust, JoinSecret?)
        }

        private let choice: Choice
        let contexts: ClientContexts?

        /// What a game's client presents to the server, once it is verified. A plain session has none.
        var joinSecret: JoinSecret? {
            if case .tls(_, let secret) = choice { secret } else { nil }
        }

        private init(_ choice: Choice, _ contexts: ClientContexts?) {
            self.choice = choice
            self.contexts = contexts
        }

        /// Encrypts with TLS 1.3. A server on this machine is verified by the key that it left for this
        /// user's programs, another one by the system's authorities, its name and the date.
        ///
        /// Connecting to a numeric address of another machine fails: nothing vouches for it.
        public static var automatic: Client { Client(.automatic, ClientContexts(trust: nil)) }

        /// Encrypts with TLS 1.3, and verifies the server in this way.
        ///
        /// - Parameters:
        ///   - trust: How the server is verified.
        ///   - joinSecret: What a game's client presents to the server, once it is verified; nil for a
        ///     server that lets in anyone.
        public static func tls(_ trust: TLSTrust, joinSecret: JoinSecret? = nil) -> Client {
            Client(.tls(trust, joinSecret), ClientContexts(trust: trust))
        }

        /// Encrypts with TLS 1.3, and verifies the server by the key that the invite names. A game's
        /// client then presents the invite's join secret, if it has one.
        public static func invite(_ invite: Invite) -> Client {
            tls(.invite(invite), joinSecret: invite.joinSecret)
        }

        /// Nothing: everybody on the way can read and change what is sent.
        public static var none: Client { Client(.none, nil) }
    }
}

extension StreamSecurity.Client: Hashable {
    /// Whether both protect connections in the same way, and verify servers alike.
    public static func == (left: Self, right: Self) -> Bool { left.choice == right.choice }

    /// Hashes the way.
    public func hash(into hasher: inout Hasher) { hasher.combine(choice) }
}
