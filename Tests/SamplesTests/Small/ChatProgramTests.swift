import Foundation
import Parley
import Testing

@testable import chat

/// The chat sample from its guests' side.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ChatProgramTests {
    @Test func guestsHearEachOther() async throws {
        let room = try Program(["serve", "--port", "0"], of: "chat")
        let port = try #require(await room.port())
        let (annTypes, bobTypes) = (Pipe(), Pipe())
        let ann = try join(port, as: "Ann", input: annTypes)
        #expect(await hears(ann, "* Ann has come in"))
        let bob = try join(port, as: "Bob", input: bobTypes)
        #expect(await hears(ann, "* Bob has come in"))
        try annTypes.fileHandleForWriting.write(contentsOf: Data("Hello, Bob\n".utf8))
        #expect(await hears(bob, "Ann: Hello, Bob"))
        try bobTypes.fileHandleForWriting.close()
        #expect(await hears(ann, "* Bob has left (closed by the peer)"))
        #expect(await bob.outcome().status == 0)
        room.send(SIGTERM)
        #expect(await room.outcome().status == 0)
        let end = await ann.outcome()
        #expect(end.status == 1)
        #expect(end.errors.hasPrefix("chat: the room is gone"))
    }

    @Test func noTwoGuestsHaveTheSameName() async throws {
        let room = try Program(["serve", "--port", "0"], of: "chat")
        let port = try #require(await room.port())
        let first = try join(port, as: "Ann", input: Pipe())
        #expect(await hears(first, "* Ann has come in"))
        let second = try join(port, as: "Ann", input: Pipe())
        #expect(await hears(first, "* Ann (2) has come in"))
        for program in [first, second, room] { program.send(SIGTERM) }
        #expect(await room.outcome().status == 0)
    }

    @Test(arguments: ["", "\u{202E}evil", "\u{3164}", "a\u{1B}[2J", "tab\there"])
    func noTextPlaysTricksOnATerminal(text: String) throws {
        var raw = Datagram()
        try raw.append(text)
        #expect(Line.text(of: raw) == nil)
        // A guest that types it sends something readable.
        guard !text.isEmpty, text != "\u{3164}" else { return }
        #expect(try #require(Line.text(of: Line.datagram(text))).contains("\\u{"))
    }

    private func join(_ port: UInt16, as name: String, input: Pipe) throws -> Program {
        try Program(
            ["join", "--to", "127.0.0.1:\(port)", "--name", name], of: "chat", input: input)
    }

    private func hears(_ guest: Program, _ wanted: String) async -> Bool {
        for await line in guest.lines where line == wanted { return true }
        return false
    }
}
