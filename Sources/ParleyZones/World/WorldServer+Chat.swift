import ParleyHandoff
import ParleyProtocol
import ParleySockets
import ParleyStore

/// Chat: delivered at most once, to those who are connected to a world server.
extension WorldServer {
    /// Passes on what a player says.
    func say(_ text: String, to range: ChatRange, from number: UInt64) {
        guard let sender = speaker(number, text) else { return }
        var zone: ZoneName?
        if range == .zone {
            // Between two zones, or out of the realm, there is nobody to hear it.
            guard let place = sender.zone else { return }
            zone = place
        }
        counts.chats += 1
        let message = ChatMessage(to: zone, from: sender.name, text)
        deliver(message, isOwn: true)
        tellOthers(.said(message))
    }

    /// Passes on what a player says to one other.
    func whisper(_ text: String, to name: String, from number: UInt64) {
        guard let sender = speaker(number, text) else { return }
        guard let hearer = AccountName(name) else {
            return sender.send(.refused("nobody has that name"))
        }
        let message = WhisperMessage(to: hearer.text, from: sender.name, text)
        if deliver(message) { return counts.chats += 1 }
        seek(message, of: number)
    }

    /// The client that says it, if it may.
    private func speaker(_ number: UInt64, _ text: String) -> WorldClient? {
        guard let client = clients[number], client.isConfirmed else {
            clients[number]?.send(.refused("log in first"))
            return nil
        }
        guard text.utf8.count <= realm.chat.bytes, !text.isEmpty else {
            client.send(.refused("a message has 1 to \(realm.chat.bytes) bytes"))
            return nil
        }
        guard clients[number]?.chat.take(at: network.clock.now) == true else {
            client.send(.refused("slower, please"))
            return nil
        }
        return client
    }
}
