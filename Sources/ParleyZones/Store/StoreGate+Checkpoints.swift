internal import ParleyHandoff
internal import ParleyStore

extension StoreGate {
    /// The most checkpoints that share a transaction.
    static var mostCheckpoints: Int { CheckpointCharacters.most }

    /// Has checkpoints written in one transaction.
    ///
    /// - Parameter requests: Checkpoints, each of another character.
    /// - Returns: The answers in their order, as ``answer(_:)`` gives them.
    func answers(to requests: [OwnershipRequest]) async -> [OwnershipAnswer?] {
        var answers: [OwnershipAnswer?] = requests.map { _ in nil }
        var places: [Int] = []
        var checkpoints: [CheckpointCharacter] = []
        for (place, request) in requests.enumerated() {
            if let checkpoint = operation(for: request) as? CheckpointCharacter,
                checkpoint.state.bytes.count <= StoredState.mostBytes
            {
                places.append(place)
                checkpoints.append(checkpoint)
            } else {
                answers[place] = await answer(request)
            }
        }
        guard !checkpoints.isEmpty,
            let reports = await store.perform(CheckpointCharacters(checkpoints)).value
        else { return answers }
        for (place, report) in zip(places, reports) {
            guard let report, let key = requests[place].characterKey else { continue }
            answers[place] = .character(
                CharacterAnswer(
                    key.kind, key.character, mark: key.mark, isDone: report.isDone,
                    now: report.row.map { Standing($0, report) }))
        }
        return answers
    }
}
