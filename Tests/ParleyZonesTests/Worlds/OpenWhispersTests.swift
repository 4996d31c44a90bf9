import ParleyHandoff
import ParleySimulation
import TestGames
import Testing

@testable import ParleyZones

/// How many whispers a world server seeks the hearers of.
@Suite struct OpenWhispersTests {
    private func message(_ speaker: String) -> WhisperMessage {
        WhisperMessage(to: "bob", from: speaker, "psst")
    }

    @Test func oneSpeakerLeavesTheOthersTheirs() {
        var whispers = OpenWhispers()
        let limit = UInt64(OpenWhispers.limitOfSpeaker)
        // Over many connections, one behind the other.
        for number in 0..<limit {
            #expect(whispers.seek(number, message("ann"), of: number, at: .zero) == nil)
        }
        #expect(whispers.seek(limit, message("ann"), of: limit, at: .zero) == .ofSpeaker)
        #expect(whispers.seek(limit, message("carl"), of: 99, at: .zero) == nil)
        // Each that ends makes room for one.
        #expect(whispers.take(3)?.speaker == 3)
        #expect(whispers.take(3) == nil)
        #expect(whispers.seek(100, message("ann"), of: 5, at: .milliseconds(1)) == nil)
        #expect(whispers.seek(101, message("ann"), of: 5, at: .milliseconds(1)) == .ofSpeaker)
        let late = whispers.giveUp(at: OpenWhispers.patience)
        #expect(late.count == OpenWhispers.limitOfSpeaker)
        #expect(late.map(\.message.name).count { $0 == "carl" } == 1)
        for number in 200..<(199 + limit) {
            #expect(whispers.seek(number, message("ann"), of: 1, at: .seconds(1)) == nil)
        }
        #expect(whispers.seek(300, message("ann"), of: 1, at: .seconds(1)) == .ofSpeaker)
    }

    @Test func allSpeakersHaveABoundTogether() {
        var whispers = OpenWhispers()
        for number in 0..<OpenWhispers.limit {
            let speaker = message("speaker-\(number / OpenWhispers.limitOfSpeaker)")
            #expect(whispers.seek(UInt64(number), speaker, of: 1, at: .zero) == nil)
        }
        #expect(whispers.seek(99_999, message("ann"), of: 1, at: .zero) == .ofAll)
        #expect(whispers.giveUp(at: OpenWhispers.patience).count == OpenWhispers.limit)
        #expect(whispers.seek(99_999, message("ann"), of: 1, at: .seconds(2)) == nil)
    }

    /// A player who whispers to nobody, as fast as a generous realm lets it, does not silence another one.
    @Test func aWhispererWhoSeeksNobodySilencesNobody() throws {
        var chat = ChatLimits()
        chat.messagesPerSecond = 1_000
        let (ann, bob) = try TestRealm.run(seed: 1, worlds: 2, chat: chat) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.play(as: "bob") { bob in
                    try await realm.wait(for: ann, in: "west")
                    try await realm.wait(for: bob, in: "west")
                    var lines = (
                        ann: ann.chat.makeAsyncIterator(), bob: bob.chat.makeAsyncIterator()
                    )
                    for number in 0..<24 { ann.whisper(to: "nobody-\(number)", "psst") }
                    var heard: [String] = []
                    while heard.count < 24, let line = await lines.ann.next() {
                        heard.append(line.text)
                    }
                    bob.whisper(to: "nobody", "psst")
                    return (heard, await lines.bob.next()?.text)
                }
            }
        }
        #expect(
            ann.count { $0.hasPrefix("your whispers") } == 24 - OpenWhispers.limitOfSpeaker,
            "\(ann)")
        #expect(ann.count { $0 == "that player is not here" } == OpenWhispers.limitOfSpeaker)
        #expect(bob == "that player is not here")
    }
}
