import ArenaGame
import Parley
import Testing

@testable import ArenaSimulation

/// A witness without complaints proves something only if it complains about planted faults.
@Suite struct WitnessTests {
    private static let ada = EntityID(rawValue: 1)
    private static let bob = EntityID(rawValue: 2)
    private static let introduction: [ArenaMessages.Notice] = [
        .map(.courtyard), .joined(ada, name: "Ada"), .joined(bob, name: "Bob"),
        .score(ada, 3), .score(bob, 0),
    ]

    /// The complaint about a story with these notices.
    private func complaints(_ news: [ArenaMessages.Notice]) -> [String] {
        var story = NoticeSequence()
        return (Self.introduction + news).compactMap { story.hear($0) }
    }

    @Test func aStoryThatMakesSense() {
        var story = NoticeSequence()
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
        [.map(.courtyard), .map(.cellar), .left(EntityID(rawValue: 9))],
        [.tagged(Tag(tagger: ada, tagged: ada))],
        [.tagged(Tag(tagger: ada, tagged: bob)), .score(ada, 5)],
        [.tagged(Tag(tagger: ada, tagged: bob)), .score(bob, 1)],
        [.tagged(Tag(tagger: ada, tagged: bob)), .left(bob)],
    ]

    @Test(arguments: nonsense) func aStoryThatMakesNone(news: [ArenaMessages.Notice]) {
        #expect(!complaints(news).isEmpty)
    }

    @Test func aStoryThatBeginsInTheMiddle() {
        var story = NoticeSequence()
        #expect(story.hear(.joined(Self.ada, name: "Ada")) != nil)
        #expect(!story.isIntroduced)
    }

    /// A snapshot of some players, each with its own number as its handle.
    private func show(
        _ ids: UInt32..., it: UInt32? = nil, tick: UInt32, at place: Vector = .gate
    ) -> ArenaSnapshot {
        var state = ArenaState()
        for id in ids { state.enter(EntityID(rawValue: id), at: place) }
        var walkers = state.walkers.all
        for index in walkers.indices { walkers[index].entity.round() }
        return ArenaSnapshot(
            tick: Tick(number: tick), it: it.map { EntityID(rawValue: $0) }, walkers: walkers)
    }

    private func words(_ snapshot: ArenaSnapshot) throws -> (EntityHandle, [UInt32]) {
        let entry = try #require(snapshot.entries.min { $0.key.rawValue < $1.key.rawValue })
        return (entry.key, entry.value.words)
    }

    @Test func aRecordKnowsItsSnapshots() throws {
        var record = WorldRecord()
        let (first, second) = (show(1, 2, tick: 3), show(1, 2, tick: 6, at: .tower))
        #expect(record.add(first) == nil)
        #expect(record.add(second) == nil)
        let (handle, early) = try words(first)
        let (_, late) = try words(second)
        #expect(record.shows(early, of: handle, at: Tick(number: 3)))
        #expect(!record.shows(late, of: handle, at: Tick(number: 3)))
        #expect(!record.shows(early, of: handle, at: Tick(number: 6)))
        #expect(!record.shows(early, of: handle, at: Tick(number: 4)))
    }

    @Test func aRecordFindsImpossibleStates() {
        var record = WorldRecord()
        #expect(record.add(show(1, it: 2, tick: 2)) != nil)
        #expect(record.add(show(1, it: 1, tick: 3)) != nil, "who is it does not know")
        #expect(record.add(show(1, tick: 3)) != nil)
        #expect(record.add(show(1, tick: 4, at: ArenaMap.courtyard.center)) != nil)
        #expect(record.add(show(1, tick: 5)) == nil)
    }
}
