public import ParleySockets

/// Where metrics are served, to whom, and how much of it.
public struct MetricsServerConfiguration: Hashable, Sendable {
    /// The local address; nil for all of them.
    public var host: String? = "127.0.0.1"
    /// The port; 0 for a free one.
    public var port: UInt16
    /// The networks of those who may ask: this machine alone. Connections of others are closed at once, and counted.
    public var allowed: [AddressPrefix] = loopback
    /// Connections at the same time. More are closed at once.
    public var connections = 16
    /// How long a connection lasts at the most: for its request, the page, and until its reader has taken it.
    public var patience: Duration = .seconds(5)
    /// The most bytes of a page. A larger one is answered by 503.
    public var pageBytes = 4 << 20

    /// Metrics at a port of this machine.
    public init(port: UInt16) { self.port = port }

    /// This machine's own addresses, which no other machine has.
    public static var loopback: [AddressPrefix] {
        ["127.0.0.0/8", "::1"].compactMap { AddressPrefix($0) }
    }
}

/// What a server of metrics has counted.
public struct MetricsServerStatistics: Hashable, Sendable {
    /// Pages that were sent as a whole.
    public internal(set) var pages: UInt64 = 0
    /// Requests that were answered by an error.
    public internal(set) var refused: UInt64 = 0
    /// Connections from outside of the allowed networks.
    public internal(set) var strangers: UInt64 = 0
    /// Connections that took longer than ``MetricsServerConfiguration/patience``, or ended before their answer.
    public internal(set) var unfinished: UInt64 = 0
}
