/// An end of a session.
package enum SessionEnd: UInt8, Hashable, Sendable, CaseIterable {
    /// The player's end.
    case client
    /// The end that owns the world.
    case server

    /// The other end.
    package var peer: SessionEnd { self == .client ? .server : .client }
}
