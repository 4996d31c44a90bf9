public import ParleySecurity

/// How connections are protected. A plain connection is asked for by name: ``Server/none``,
/// ``Client/none``.
public enum StreamSecurity {
    /// What a listener does for its connections.
    public enum Server: Sendable {
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
        let contexts: ClientContexts?

        /// Encrypts with TLS 1.3. A server on this machine is verified by the key that it left for this
        /// user's programs, another one by the system's authorities, its name and the date.
        ///
        /// Connecting to a numeric address of another machine fails: nothing vouches for it.
        public static var automatic: Client { Client(contexts: ClientContexts(trust: nil)) }

        /// Encrypts with TLS 1.3, and verifies the server in this way.
        public static func tls(_ trust: TLSTrust) -> Client {
            Client(contexts: ClientContexts(trust: trust))
        }

        /// Encrypts with TLS 1.3, and verifies the server by the key that the invite names.
        public static func invite(_ invite: Invite) -> Client { tls(.invite(invite)) }

        /// Nothing: everybody on the way can read and change what is sent.
        public static var none: Client { Client(contexts: nil) }
    }
}
