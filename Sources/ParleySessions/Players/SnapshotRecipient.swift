package import ParleyProtocol
package import ParleySockets

/// A plain client that is to get a snapshot.
package struct PlainSnapshotRecipient: Hashable, Sendable {
    /// Where it is sent.
    package let address: SocketAddress
    /// The newest of the client's commands that the snapshot includes.
    package let acknowledged: UInt32
}

/// A predicting client that is due for a snapshot, and its report.
package struct SnapshotRecipient: Hashable, Sendable {
    package let player: PlayerID
    package let address: SocketAddress
    /// The report on its commands.
    package let report: CommandReport
    /// The snapshots that it has.
    package let acknowledgement: SnapshotAcknowledgement?

    package init(
        player: PlayerID, address: SocketAddress, report: CommandReport,
        acknowledgement: SnapshotAcknowledgement?
    ) {
        self.player = player
        self.address = address
        self.report = report
        self.acknowledgement = acknowledgement
    }
}
