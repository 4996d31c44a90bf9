import ParleyHandoff
import ParleyProtocol
import ParleySockets

/// Chat: delivered at most once, to those who are connected to this server.
extension WorldServer {
    /// Passes on what a player says.
    func say(_ text: String, to range: ChatRange, from number: UInt64) {
        guard let sender = speaker(number, text) else { return }
        counts.chats += 1
        for link in clients.keys.sorted() {
            guard let client = clients[link], client.isConfirmed else { continue }
            if range == .zone, client.zone != sender.zone { continue }
            client.send(.chat(range, from: sender.name, text))
        }
    }

    /// Passes on what a player says to one other.
    func whisper(_ text: String, to name: String, from number: UInt64) {
        guard let sender = speaker(number, text) else { return }
        let hearer = clients.values.first { $0.isConfirmed && $0.name == name }
        guard let hearer else {
            sender.send(.refused("that player is not here"))
            return
        }
        counts.chats += 1
        hearer.send(.whisper(from: sender.name, text))
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
