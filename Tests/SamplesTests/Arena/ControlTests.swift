import ArenaGame
import SampleSupport
import Testing

@testable import arena

@Suite struct ControlTests {
    @Test func keysWalkAndDash() {
        var controls = Controls()
        #expect(controls.press(.character("w"), at: .zero) == nil)
        #expect(controls.press(.character(" "), at: .zero) == nil)
        #expect(controls.wish(at: .zero) == Wish(direction: Vector(0, 1), dash: true))
        #expect(controls.wish(at: .seconds(1)) == .stand)
    }

    @Test func predictionIsSwitchedUnlessTyping() {
        var controls = Controls()
        #expect(controls.press(.character("p"), at: .zero) == .switchPrediction)
        #expect(controls.press(.enter, at: .zero) == nil)
        #expect(controls.press(.character("p"), at: .zero) == nil)
        #expect(controls.draft == "p")
    }

    @Test func typingDoesNotWalk() {
        var controls = Controls()
        #expect(controls.press(.character("t"), at: .zero) == nil)
        for key in [Key.character("q"), .character("w"), .character("x"), .backspace] {
            #expect(controls.press(key, at: .zero) == nil)
        }
        #expect(controls.draft == "qw")
        #expect(controls.wish(at: .zero) == .stand)
        #expect(controls.press(.enter, at: .zero) == .say("qw"))
        #expect(controls.draft == nil)
        #expect(controls.press(.character("q"), at: .zero) == .leave)
    }

    @Test func nothingIsSaidOfNothing() {
        var controls = Controls()
        for key in [Key.enter, .enter] { #expect(controls.press(key, at: .zero) == nil) }
        for key in [Key.enter, .character("x"), .escape] {
            #expect(controls.press(key, at: .zero) == nil)
        }
        #expect(controls.draft == nil)
    }

    @Test func aLineTooLongForChatCannotBeTyped() throws {
        var controls = Controls()
        _ = controls.press(.enter, at: .zero)
        for _ in 0..<300 { _ = controls.press(.character("ä"), at: .zero) }
        let draft = try #require(controls.draft)
        #expect(draft.utf8.count == 200)
        #expect(controls.press(.enter, at: .zero) == .say(draft))
    }

    @Test(arguments: [
        ("localhost", "localhost:9099"), ("10.0.0.1:80", "10.0.0.1:80"), ("[::1]:7", "[::1]:7"),
        ("::1", "[::1]:9099"), ("[::1]", "[::1]:9099"),
        // A combining mark after the bracket makes one character of both.
        ("[\u{654}::1]:80", "[\u{654}::1]:80"),
    ])
    func serverAddresses(text: String, meaning: String) throws {
        #expect(try #require(Endpoint(text, defaultPort: 9099)).description == meaning)
    }

    @Test(arguments: ["", ":80", "host:", "host:99999", "host:x", "[]:80", "[[]]"])
    func noServerAddresses(text: String) {
        #expect(Endpoint(text, defaultPort: 9099) == nil)
    }
}
