internal import ParleyHandoff

/// The checkpoints that wait while others are written: a thousand players bring a thousand a second, and a database with
/// a standby bears some hundred transactions.
///
/// A transaction that fails fails for all of its checkpoints: the lock of one row may be another program's. They are
/// tried again by themselves then, and the characters that failed by themselves, too, stay apart from the others until
/// one of their checkpoints is written.
struct WaitingCheckpoints {
    /// One that waits.
    struct Entry {
        let character: CharacterID
        let request: OwnershipRequest
        let asker: WorldDirectory.Asker

        /// The call that it is.
        var call: WorldServer.StoreCall { .ownership(request, asker) }

        /// Whether the character is here at a later epoch, or tick, than there. A zone that has handed it over may be heard late.
        func isNewer(than other: Entry) -> Bool {
            guard case .checkpoint(_, let owner, let player) = request,
                case .checkpoint(_, let otherOwner, let otherPlayer) = other.request
            else { return true }
            return (owner.epoch, player.tick) >= (otherOwner.epoch, otherPlayer.tick)
        }
    }

    /// What becomes of a checkpoint.
    enum Place {
        /// Nobody is writing: the caller does so now, until ``next(_:)`` has none left.
        case first
        /// It waits until who is writing comes to it.
        case waits
        /// It waits in the place of an older one of its character, or an older one than what waits was added: that one needs
        /// no answer any more.
        case replaces(WorldServer.StoreCall)
        /// The caller writes it by itself.
        case apart
        /// It is not written: too many wait, or one of the character is being written apart.
        case dropped
    }

    /// The most that wait, of all zones. So they leave room for calls that cannot be made later.
    static let most = WorldServer.mostCalls / 2
    /// Beyond so many it is the store that fails, and not the row of a character.
    static let mostApart = 256

    private var waiting: [Entry] = []
    private var places: [CharacterID: Int] = [:]
    private var isWriting = false
    /// Characters whose last checkpoint failed by itself, and whether one of each is being written.
    private var apart: [CharacterID: Bool] = [:]

    /// Adds a checkpoint.
    mutating func add(_ entry: Entry) -> Place {
        if let isUnderWay = apart[entry.character] {
            apart[entry.character] = true
            return isUnderWay ? .dropped : .apart
        }
        if let place = places[entry.character] {
            guard entry.isNewer(than: waiting[place]) else { return .replaces(entry.call) }
            defer { waiting[place] = entry }
            return .replaces(waiting[place].call)
        }
        guard waiting.count < Self.most else { return .dropped }
        places[entry.character] = waiting.count
        waiting.append(entry)
        defer { isWriting = true }
        return isWriting ? .waits : .first
    }

    /// The next ones, which can share a transaction, in the order of their arrival. Without any nobody is writing.
    mutating func next(_ most: Int) -> [Entry] {
        let batch = Array(waiting.prefix(most))
        waiting.removeFirst(batch.count)
        notePlaces()
        isWriting = !batch.isEmpty
        return batch
    }

    private mutating func notePlaces() {
        places = [:]
        for (place, entry) in waiting.enumerated() { places[entry.character] = place }
    }

    /// Notes that checkpoints whose transaction has failed are tried by themselves.
    ///
    /// - Returns: What is to be written instead, a newer one where one waits, and the calls that need no answer any more.
    mutating func separate(_ batch: [Entry]) -> (apart: [Entry], replaced: [WorldServer.StoreCall])
    {
        var replaced: [WorldServer.StoreCall] = []
        let entries = batch.map { entry in
            apart[entry.character] = true
            guard let place = places[entry.character] else { return entry }
            replaced.append(entry.call)
            return waiting[place]
        }
        waiting.removeAll { apart[$0.character] == true }
        notePlaces()
        return (entries, replaced)
    }

    /// Notes what has become of a checkpoint by itself.
    mutating func note(_ character: CharacterID, isAnswered: Bool) {
        apart[character] = isAnswered ? nil : false
        if apart.count > Self.mostApart { apart = apart.filter(\.value) }
    }
}
