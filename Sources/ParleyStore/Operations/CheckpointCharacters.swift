internal import ParleyHandoff

/// Writes the states of several characters, of any zones, in one transaction. Each is done or refused by itself, as by a
/// ``CheckpointCharacter`` of its own.
///
/// A database that answers after a millisecond, or waits for its standby's disk, is asked four times for all of them.
package struct CheckpointCharacters: StoreOperation, Hashable {
    /// The checkpoints, each of another character, at most ``most``.
    package var checkpoints: [CheckpointCharacter]

    /// The most checkpoints of one transaction.
    package static let most = 256

    /// A transaction of these.
    package init(_ checkpoints: [CheckpointCharacter]) {
        self.checkpoints = checkpoints
    }

    /// The answer to each, in their order; nil where a character's rows cannot be read.
    package var steps: StoreSteps<[CharacterReport?]> { StoreSteps(perform) }

    private func perform(on tables: any StoreTables) async throws(StoreFault)
        -> StoreOutcome<[CharacterReport?]>
    {
        if let malformation { return .refused(.malformed(malformation)) }
        // Rows are locked in the order of all operations.
        let order = checkpoints.indices.sorted {
            checkpoints[$0].character < checkpoints[$1].character
        }
        let characters = order.map { checkpoints[$0].character }
        let rows = try await tables.lock(characters)
        let moments = try await tables.moments(characters)
        var reports: [CharacterReport?] = checkpoints.map { _ in nil }
        var alive: [ZoneProcess: Bool] = [:]
        for (place, index) in order.enumerated() {
            guard case (.success(let row), .success(let moment)) = (rows[place], moments[place])
            else { continue }
            var report = CharacterReport(isDone: false, row: row, isPlaceAlive: false, state: nil)
            defer { reports[index] = report }
            guard var row else { continue }
            let checkpoint = checkpoints[index]
            if row.owner == checkpoint.owner {
                try await checkpoint.write(&row, last: moment, to: tables)
                (report.isDone, report.row) = (true, row)
            }
            guard let process = row.place else { continue }
            if alive[process] == nil {
                alive[process] = try await tables.zone(process.zone).map {
                    $0.isAlive && $0.life == process
                }
            }
            report.isPlaceAlive = alive[process] ?? false
        }
        return .done(reports)
    }

    private var malformation: String? {
        if checkpoints.count > Self.most { return "\(checkpoints.count) checkpoints" }
        if Set(checkpoints.map(\.character)).count < checkpoints.count {
            return "a character comes twice"
        }
        if checkpoints.contains(where: { $0.state.bytes.count > StoredState.mostBytes }) {
            return "a state is too long"
        }
        return nil
    }
}
