import ParleyHandoff
import ParleySockets

/// What the world servers of a realm tell each other: where sessions stand, where characters are, and what players say.
///
/// Each message is sent once. Nothing that must not be lost is among them: the store says which session stands, and
/// where a character is.
extension WorldServer {
    /// Sends to all other world servers.
    func tellOthers(_ message: PeerMessage) {
        for world in realm.worlds.indices where world != number {
            node.send(message, to: .world(world))
        }
    }

    /// Whether there are other world servers.
    private var hasOthers: Bool { realm.worlds.indices.contains { $0 != number } }

    /// Takes a message of another world server.
    func receive(_ message: PeerMessage, ofWorld world: Int) {
        switch message {
        case .session(let character, let login): end(character, before: login)
        case .placed(let character, let owner): place(character, at: owner)
        case .said(let message):
            if !hasStoodStill { deliver(message, isOwn: false) }
        case .seek(let number, let name):
            if linkByName[name] != nil { node.send(.found(number), to: .world(world)) }
        case .found(let number):
            guard let whisper = whispers.take(number) else { return }
            counts.chats += 1
            node.send(.whisper(whisper.message), to: .world(world))
        case .whisper(let message): _ = deliver(message)
        default: break
        }
    }

    /// Notes which zone has a character, for what is said in that zone.
    func place(_ character: CharacterID, at owner: Owner) {
        if let link = linkByCharacter[character] { clients[link]?.note(owner) }
    }

    /// Sends what a player says to the players of this server who hear it.
    ///
    /// - Parameter isOwn: Whether the speaker is a player of this server. A client that has just come from the speaker's
    ///   server may have heard it there: it hears nothing from afar for longer than a message is under way, since a link
    ///   that is silent for three seconds is closed.
    func deliver(_ message: ChatMessage, isOwn: Bool) {
        let now = now
        for link in linkByCharacter.values.sorted() {
            guard let client = clients[link] else { continue }
            guard isOwn || now - client.since >= Self.settling else { continue }
            if let zone = message.zone, client.zone != zone { continue }
            let range = message.zone == nil ? ChatRange.realm : .zone
            client.send(.chat(range, from: message.name, message.text))
        }
    }

    private static let settling = Duration.seconds(5)

    /// Sends what a player says to one player of this server.
    ///
    /// - Returns: False if that player is not at this server.
    func deliver(_ message: WhisperMessage) -> Bool {
        guard let link = linkByName[message.hearer], let client = clients[link] else {
            return false
        }
        client.send(.whisper(from: message.name, message.text))
        return true
    }

    /// Asks the other world servers for the player that a whisper is for.
    func seek(_ message: WhisperMessage, of speaker: UInt64) {
        guard hasOthers else { return tell(speaker, Self.nobody) }
        let mark = random.next()
        switch whispers.seek(mark, message, of: speaker, at: now) {
        case .ofSpeaker: tell(speaker, "your whispers are still on their way: wait for them")
        case .ofAll: tell(speaker, "too many players are sought now")
        case nil: tellOthers(.seek(mark, name: message.hearer))
        }
    }

    /// Tells speakers of whispers whose hearers no world server has.
    func giveUpWhispers() {
        for whisper in whispers.giveUp(at: now) { tell(whisper.speaker, Self.nobody) }
    }

    // MARK: Standing still

    /// Notes that time passes, and whether it did so without this server.
    func noteWatch() {
        if let watchedAt, now - watchedAt >= Self.longestTurn { wokeAt = now }
        watchedAt = now
    }

    /// Whether this server stood still until just now, while there are others.
    ///
    /// Players who have asked it meanwhile have gone to another one. A login of theirs that is read only now would replace
    /// the session that they have begun there.
    var hasStoodStill: Bool {
        guard hasOthers, let watchedAt else { return false }
        return now - watchedAt >= Self.longestTurn
            || wokeAt.map { now - $0 < Self.waking } ?? false
    }

    private static let longestTurn = Duration.seconds(1)
    private static let waking = Duration.milliseconds(250)

    private static let nobody = "that player is not here"

    private func tell(_ speaker: UInt64, _ text: String) {
        clients[speaker]?.send(.refused(text))
    }
}
