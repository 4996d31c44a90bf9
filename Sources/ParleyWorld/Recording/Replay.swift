import ParleyProtocol

/// Runs the rules of a recorded session again, and compares.
///
/// ```swift
/// let report = try await Replay.check(RecordingReader<Race>(path: "race.parley")) { header in
///     RaceWorld(seed: header.seed)
/// }
/// print(report.difference?.description ?? "every one of \(report.ticks) ticks is the same")
/// ```
///
/// A replay is exact for worlds that get everything from what they were made from, the seed and
/// ``TickInput``. Anything else that reaches a world (a call from outside, an answer of another actor,
/// the wall clock, the order of a dictionary) is not in a recording, and may make a difference.
public enum Replay {
    /// The result of a replay.
    public struct Report: Sendable {
        /// How many ticks were the same.
        public var ticks = 0
        /// The first difference; nothing behind it was compared. Nil if there is none.
        public var difference: ReplayDifference?
        /// The recording's end; nil if it was not read to its end.
        public var ending: RecordingEnding?
    }

    /// Runs the rules of a session again, up to the first difference.
    ///
    /// It reads the file as it goes, so it is for tools and tests, not for a server's event loop.
    ///
    /// - Parameters:
    ///   - reader: A recording of which nothing was read yet.
    ///   - executor: Runs the turns; nil for Swift's pool.
    ///   - makeWorld: Makes the world as it was made for the recording.
    /// - Returns: How many ticks are the same, and the first difference.
    /// - Throws: ``RecordingFailure`` if the recording makes no sense; what `makeWorld` or the world's
    ///   `run` throws.
    public static func check<W: World>(
        _ reader: RecordingReader<W.Game>, executor: (any TaskExecutor)? = nil,
        world makeWorld: (RecordingHeader) throws -> W
    ) async throws -> Report {
        let world = try makeWorld(reader.header)
        let driver = WorldDriver(
            world, tickRate: reader.header.tickRate, executor: executor)
        return try await driver.run { driver in
            var report = Report()
            while let recorded = try reader.next() {
                let outcome = try await driver.step(recorded.input)
                report.difference = difference(
                    recorded, outcome, reader.state, world.predictionParameters?.schema)
                if report.difference != nil { return report }
                report.ticks += 1
            }
            report.ending = reader.ending
            return report
        }
    }

    private static func difference<Game: GameProtocol>(
        _ recorded: RecordedTick<Game>, _ outcome: TickOutcome<Game>, _ state: SnapshotReceiver?,
        _ schema: ReplicationSchema?
    ) -> ReplayDifference? {
        if recorded.input.wantsWorldSnapshot, let state, let schema,
            let worldSnapshot = outcome.worldSnapshot,
            let content = worldSnapshot.difference(from: state, schema)
        {
            return ReplayDifference(tick: recorded.tick, content: content)
        }
        guard recorded.digest != outcome.digest else { return nil }
        return ReplayDifference(tick: recorded.tick, content: .messages)
    }
}

extension WorldSnapshot {
    /// The first entity, in the order of the snapshot, that differs from the recorded one.
    fileprivate func difference(
        from recorded: SnapshotReceiver, _ schema: ReplicationSchema
    ) -> ReplayDifference.Content? {
        for entry in entries {
            let layout = schema.layouts[entry.type]
            guard let type = recorded.type(of: entry.handle), type == entry.type else {
                return .unexpected(entry.handle, type: layout.name)
            }
            let words = words.span.extracting(entry.words)
            guard !recorded.holds(words, of: entry.handle) else { continue }
            let before = recorded.words(of: entry.handle) ?? layout.origin
            let names = layout.differences(before.span, words)
            let (was, isNow) = (layout.texts(of: before.span), layout.texts(of: words))
            let fields = layout.fields.indices.filter { names.contains(layout.fields[$0].name) }
                .map { index in
                    ReplayDifference.Field(
                        name: layout.fields[index].name, recorded: was[index],
                        replayed: isNow[index])
                }
            return .fields(fields, of: entry.handle, type: layout.name)
        }
        guard recorded.entities.count > entries.count else { return nil }
        let present = Set(entries.map(\.handle))
        let missing = recorded.entities.filter { !present.contains($0) }
            .min { $0.rawValue < $1.rawValue }
        return missing.map { handle in
            let type = recorded.type(of: handle).map { schema.layouts[$0].name } ?? "entity"
            return .missing(handle, type: type)
        }
    }
}
