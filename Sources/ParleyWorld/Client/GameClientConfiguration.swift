/// How a `GameClient` behaves.
public struct GameClientConfiguration: Hashable, Sendable {
    /// How long connecting may take, looking the name up included.
    public var connectTimeout: Duration = .seconds(10)

    /// How long the server may take to answer the hello.
    public var welcomeTimeout: Duration = .seconds(10)

    /// How long the server may say nothing at all; its answers to pings count.
    public var serverTimeout: Duration = .seconds(10)

    /// How many notices wait for who reads them; then the client stops reading TCP, and a server
    /// that has too much to say puts it out.
    public var noticeBacklog = 256

    /// Whether notices are thrown away, for clients that do not read them.
    public var discardsNotices = false

    /// How long the connection is given to take the last bytes.
    public var closingTimeout: Duration = .seconds(2)

    /// A configuration of sensible values.
    public init() {}
}
