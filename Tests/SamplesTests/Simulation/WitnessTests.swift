import ArenaGame
import Parley
import Testing

@testable import ArenaSimulation

/// Who finds nothing wrong has to be somebody who would.
@Suite struct WitnessTests {
    private static let ada = EntityID(rawValue: 1)
    private static let bob = EntityID(rawValue: 2)
    private static let introduction: [ArenaMessages.Notice] = [
        .map(.courtyard), .joined(ada, name: "Ada"), .joined(bob, name: "Bob"),
        .score(ada, 3), .score(bob, 0),
    ]

    /// What is wrong with a story that goes on like this.
    private func complaints(_ news: [ArenaMessages.Notice]) -> [String] {
        var story = Story()
        return (Self.introduction + news).compactMap { story.hear($0) }
    }

    @Test func aStoryThatMakesSense() {
        var story = Story()
        for notice in Self.introduction { #expect(story.hear(notice) == nil) }
        #expect(story.isIntroduced)
        #expect(story.scores == [Self.ada: 3, Self.bob: 0])
        let guest = EntityID(rawValue: 3)
        #expect(
            complaints([
                .tagged(Tag(tagger: Self.ada, tagged: Self.bob)), .score(Self.ada, 4),
                .joined(guest, name: "Cy"), .chat(guest, "Hello"), .left(guest),
            ]) == [])
    }

    static let nonsense: [[ArenaMessages.Notice]] = [
        [.joined(ada, name: "Ada")],
        [.left(EntityID(rawValue: 9))],
        [.chat(EntityID(rawValue: 9), "Boo")],
        [.score(ada, 4)],
        [.map(.courtyard)],
        [.tagged(Tag(tagger: ada, tagged: ada))],
        [.tagged(Tag(tagger: ada, tagged: bob)), .score(ada, 5)],
        [.tagged(Tag(tagger: ada, tagged: bob)), .score(bob, 1)],
        [.tagged(Tag(tagger: ada, tagged: bob)), .left(bob)],
    ]

    @Test(arguments: nonsense) func aStoryThatMakesNone(news: [ArenaMessages.Notice]) {
        #expect(!complaints(news).isEmpty)
    }

    @Test func aStoryThatBeginsInTheMiddle() {
        var story = Story()
        #expect(story.hear(.joined(Self.ada, name: "Ada")) != nil)
        #expect(!story.isIntroduced)
    }

    private func snapshot(_ ids: UInt32..., it: UInt32? = nil) -> ArenaMessages.Snapshot {
        let bodies = ids.map { Body(id: EntityID(rawValue: $0), position: .gate) }
        return ArenaMessages.Snapshot(
            it: it.map { EntityID(rawValue: $0) }, sights: bodies.map(ArenaMessages.Sight.init))
    }

    @Test func aRecordKnowsWhatWasShown() {
        var record = WorldRecord()
        #expect(record.add(snapshot(1, 2, it: 1), of: Tick(number: 3)) == nil)
        #expect(record.add(snapshot(1, 2, 3), of: Tick(number: 6)) == nil)
        #expect(record.matches(snapshot(1, 2, it: 1), of: Tick(number: 3)))
        #expect(!record.matches(snapshot(1, 2), of: Tick(number: 3)))
        #expect(!record.matches(snapshot(1, 2, it: 1), of: Tick(number: 6)))
        #expect(!record.matches(snapshot(1, 2, it: 1), of: Tick(number: 4)))
        #expect(record.isNews(Tick(number: 3)))
        #expect(record.add(snapshot(1), of: Tick(number: 9)) == nil)
        #expect(!record.isNews(Tick(number: 3)))
    }

    @Test func aRecordFindsWhatCannotBe() {
        var record = WorldRecord()
        #expect(record.add(snapshot(1, 1), of: Tick(number: 1)) != nil)
        #expect(record.add(snapshot(1, it: 2), of: Tick(number: 2)) != nil)
        #expect(record.add(snapshot(1), of: Tick(number: 2)) != nil)
    }

    @Test func onlySnapshotsThatWereShownPass() {
        let witness = ArenaWitness { _ in }
        let life = witness.beginLife()
        witness.published(snapshot(1, 2), of: Tick(number: 3), in: life)
        let session = WatchedSession(
            Player(id: PlayerID(rawValue: 1), name: "Ada"), witness: witness)
        func saw(_ snapshot: ArenaMessages.Snapshot, tick: UInt32) -> Int {
            session.saw(
                TimedSnapshot(
                    tick: Tick(number: tick), snapshot: snapshot, acknowledgedSequence: 0,
                    received: NetworkInstant(nanoseconds: 0)))
            return witness.complaints.count
        }
        #expect(saw(snapshot(1, 2), tick: 3) == 0)
        #expect(saw(snapshot(1, 3), tick: 6) == 1)
        _ = saw(snapshot(1, 2), tick: 3)
        #expect(witness.complaints.contains { $0.contains("came after") })
    }
}
