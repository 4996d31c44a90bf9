internal import ParleyHandoff

/// The checkpoints that wait while others are written: a thousand players bring a thousand a second, and a database with
/// a standby bears some hundred transactions.
struct WaitingCheckpoints {
    /// One that waits.
    struct Entry {
        let call: WorldServer.StoreCall
        let character: CharacterID
    }

    private var waiting: [Entry] = []
    private var isWriting = false

    /// Adds a checkpoint.
    ///
    /// - Returns: Whether nobody is writing: the caller does so then, until ``next(_:)`` has none left.
    mutating func add(_ entry: Entry) -> Bool {
        waiting.append(entry)
        defer { isWriting = true }
        return !isWriting
    }

    /// The next ones that can share a transaction, in the order of their arrival. A second one of the same character waits.
    mutating func next(_ most: Int) -> [Entry] {
        var batch: [Entry] = []
        var left: [Entry] = []
        var characters: Set<CharacterID> = []
        for entry in waiting {
            if batch.count < most, characters.insert(entry.character).inserted {
                batch.append(entry)
            } else {
                left.append(entry)
            }
        }
        waiting = left
        isWriting = !batch.isEmpty
        return batch
    }
}

extension WorldServer {
    /// Writes a checkpoint, or leaves it to who is writing: those that arrive meanwhile share the next transaction.
    func write(_ call: StoreCall, of character: CharacterID) async {
        guard checkpoints.add(WaitingCheckpoints.Entry(call: call, character: character)) else {
            return
        }
        while true {
            let batch = checkpoints.next(StoreGate.mostCheckpoints)
            if batch.isEmpty { return }
            var asked: [(call: StoreCall, request: OwnershipRequest, asker: WorldDirectory.Asker)] =
                []
            for entry in batch {
                guard case .ownership(let request, let asker) = entry.call else { continue }
                asked.append((entry.call, request, asker))
            }
            let answers = await gate.answers(to: asked.map(\.request))
            for (entry, answer) in zip(asked, answers) {
                let isAnswered = take(answer, to: entry.request, for: entry.asker)
                finish(entry.call, isAnswered: isAnswered)
            }
        }
    }
}
