package import ParleyProtocol

/// A plain client that is to get a snapshot.
package struct PlainSnapshotRecipient: Sendable {
    /// The packets that take it there.
    package let link: PacketLink
    /// The newest of the client's commands that the snapshot includes.
    package let acknowledged: UInt32
}

/// A predicting client that is due for a snapshot, and its report.
package struct SnapshotRecipient: Sendable {
    package let player: PlayerID
    /// The packets that take it there; nil in tests of what is sent.
    package let link: PacketLink?
    /// The report on its commands.
    package let report: CommandReport
    /// The snapshots that it has.
    package let acknowledgement: SnapshotAcknowledgement?

    package init(
        player: PlayerID, link: PacketLink?, report: CommandReport,
        acknowledgement: SnapshotAcknowledgement?
    ) {
        self.player = player
        self.link = link
        self.report = report
        self.acknowledgement = acknowledgement
    }
}
