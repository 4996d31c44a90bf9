/// Whether a zone takes players.
package enum ZoneState: UInt8, Hashable, Sendable, CaseIterable {
    /// It takes players.
    case ready = 0
    /// It keeps those it has.
    case draining = 1
    /// Its process is declared dead, and holds nobody from now on.
    case gone = 2
}
