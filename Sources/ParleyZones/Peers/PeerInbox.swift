import ParleySockets
import Synchronization

/// The received messages that wait for their reader.
///
/// At its bound the links' tasks wait, so that the connections are not read and their peers feel it.
final class PeerInbox: MailboxProducer {
    private let mailbox: Mailbox<ReceivedPeerMessage>
    /// Fulfilled when there is room again.
    private let room = Mutex(Promise<Void>())

    init(bound: Int) {
        mailbox = Mailbox(bound: .pause(cost: bound))
        mailbox.setProducer(self)
    }

    var messages: AsyncStream<ReceivedPeerMessage> { mailbox.elements() }

    /// Adds a message; if too many wait, waits until they are taken.
    func deliver(_ message: ReceivedPeerMessage, byteCount: Int) async {
        // Before the delivery: the room that follows it must not be missed.
        let room = room.withLock { $0 }
        var messages = [message]
        guard mailbox.deliver(&messages, cost: byteCount + Self.messageCost) else { return }
        try? await room.value()
    }

    func resumeProducing() {
        let room = room.withLock { room in
            defer { room = Promise() }
            return room
        }
        room.fulfil(())
    }

    func finish() {
        mailbox.finish()
    }

    private static let messageCost = 64
}
