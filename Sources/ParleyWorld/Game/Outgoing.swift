public import ParleyProtocol

/// A notice to deliver, and its recipients.
public struct Outgoing<Notice: Sendable>: Sendable {
    /// The players that get the notice.
    public let recipients: Recipients

    /// The notice.
    public let notice: Notice

    /// Creates a notice for these players.
    public init(_ notice: Notice, to recipients: Recipients = .all) {
        self.recipients = recipients
        self.notice = notice
    }
}
