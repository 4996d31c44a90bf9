internal import ParleyHandoff

extension WorldServer {
    /// Writes a checkpoint, or leaves it to who is writing: those that arrive meanwhile share the next transaction.
    func write(_ entry: WaitingCheckpoints.Entry) async {
        switch checkpoints.add(entry) {
        case .first: await writeWaiting()
        case .waits: break
        // The newer one has all of it.
        case .replaces(let older): finish(older, isAnswered: true)
        case .apart: await writeApart(entry)
        case .dropped:
            counts.droppedCalls += 1
            finish(entry.call, isAnswered: true)
        }
    }

    private func writeWaiting() async {
        await withDiscardingTaskGroup { group in
            while true {
                let batch = checkpoints.next(StoreGate.mostCheckpoints)
                if batch.isEmpty { return }
                if await write(batch) { continue }
                let (entries, replaced) = checkpoints.separate(batch)
                for call in replaced { finish(call, isAnswered: true) }
                for entry in entries { group.addTask { await self.writeApart(entry) } }
            }
        }
    }

    /// Writes checkpoints in one transaction.
    ///
    /// - Returns: False if they are to be written by themselves.
    private func write(_ batch: [WaitingCheckpoints.Entry]) async -> Bool {
        // A server that stops does not wait for a store that does not answer.
        if Task.isCancelled {
            for entry in batch { finish(entry.call, isAnswered: false) }
            return true
        }
        let answers = await gate.answers(to: batch.map(\.request))
        if !answers.contains(where: { $0 != nil }) { return false }
        for (entry, answer) in zip(batch, answers) {
            let isAnswered = take(answer, to: entry.request, for: entry.asker)
            finish(entry.call, isAnswered: isAnswered)
        }
        return true
    }

    private func writeApart(_ entry: WaitingCheckpoints.Entry) async {
        var isAnswered = false
        if !Task.isCancelled {
            let answer = await gate.answer(entry.request)
            isAnswered = take(answer, to: entry.request, for: entry.asker)
        }
        checkpoints.note(entry.character, isAnswered: isAnswered)
        finish(entry.call, isAnswered: isAnswered)
    }
}
