package import ParleyDatagrams

/// A deal whose result a character's world does not know yet.
package struct OpenDeal: Hashable, Sendable {
    /// The deal's name.
    package var operation: OperationID
    /// The game's bytes, by which its world knows the deal again; at most ``noteLimit``.
    package var note: Datagram

    /// The most bytes of a note. A seal has room for ``limit`` of them.
    package static let noteLimit = 256

    /// The most deals of a character that are open. They are as many as a player's requests of some seconds: after a crash
    /// those since the checkpoint are applied again at once, and none of their deals may be refused that was taken before.
    package static let limit = 128

    package init(_ operation: OperationID, note: Datagram = Datagram()) {
        self.operation = operation
        self.note = note
    }
}
