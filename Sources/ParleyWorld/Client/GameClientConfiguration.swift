public import ParleyDatagrams
public import ParleySessions

/// How a `GameClient` behaves.
public struct GameClientConfiguration: Hashable, Sendable {
    /// What protects the session, and how the server is verified: `.automatic`, by an `.invite(…)`,
    /// `.tls(…)` by an authority or known servers; `.none` for a plain one.
    public var security: StreamSecurity.Client

    /// What proves to the server's `Authenticator` who the player is: a ticket, a password. At most 512
    /// bytes, sent once the server is verified.
    public var ticket = Datagram()

    /// How long connecting may take, looking the name up included.
    public var connectTimeout: Duration = .seconds(10)

    /// How long the server may take to answer the hello.
    public var welcomeTimeout: Duration = .seconds(10)

    /// How long the server may be silent; its answers to pings count.
    public var serverTimeout: Duration = .seconds(10)

    /// How long the client tries to get another connection when it has lost one; `.zero` for not at
    /// all.
    ///
    /// A running server keeps the seat for `reconnectGrace`, and refuses at once after that. A server
    /// that stands still keeps the seat, and needs a client that waits longer than its pause.
    public var reconnectsFor: Duration = .seconds(30)

    /// How many bytes of the newest requests are kept, to be sent again on another connection. As
    /// many bytes of requests made without a connection are kept, and further requests wait.
    public var maximumResendBytes = 64 * 1_024

    /// How many notices wait for the reader; then the client stops reading TCP, and a server with
    /// too much to send disconnects it.
    public var noticeBacklog = 256

    /// Whether notices are thrown away, for clients that do not read them.
    public var discardsNotices = false

    /// How many frames a second ``PredictingClient/frames`` has.
    public var frameRate = 60.0

    /// How many packets of commands a predicting client sends a second; nil for one a tick.
    ///
    /// Fewer cost less, and make the client run ahead by as much more as the first command of each
    /// waits for the last.
    public var commandPacketRate: Int?

    /// How far a predicting client trusts itself.
    public var prediction = PredictionLimits()

    /// How long the connection is given to take the last bytes.
    public var closingTimeout: Duration = .seconds(2)

    /// A configuration of sensible values.
    public init(security: StreamSecurity.Client = .automatic) {
        self.security = security
    }
}

extension GameClientConfiguration {
    /// The part that knows no game.
    var session: ClientSessionConfiguration {
        var session = ClientSessionConfiguration()
        session.security = security
        session.ticket = ticket
        session.connectTimeout = connectTimeout
        session.welcomeTimeout = welcomeTimeout
        session.serverTimeout = serverTimeout
        session.reconnectsFor = reconnectsFor
        session.maximumResendBytes = maximumResendBytes
        session.closingTimeout = closingTimeout
        return session
    }
}
