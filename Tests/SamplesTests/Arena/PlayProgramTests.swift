import Foundation
import Glibc
import Parley
import Testing

/// `arena play` in a terminal.
@Suite(.serialized, .timeLimit(.minutes(5))) struct PlayProgramTests {
    private func play(on port: UInt16, in terminal: PseudoTerminal) throws -> Program {
        try Program(
            ["play", "--to", "127.0.0.1:\(port)", "--name", "Ann", "--no-color"], in: terminal)
    }

    /// A server that accepts and then says nothing, as one over a bad link does for seconds.
    @Test func theScreenSaysThatItWaitsForTheServer() async throws {
        try await ConnectionManager.run { manager in
            let listener = try await manager.listen(security: .automatic)
            let terminal = try PseudoTerminal()
            let player = try play(on: listener.localAddress.port, in: terminal)
            let wanted = "connected to 127.0.0.1"
            #expect(await terminal.output(until: wanted).contains(wanted))
            terminal.type("q")
            #expect(await player.outcome().status == 0)
        }
    }

    @Test func aLostServerDoesNotLookAlive() async throws {
        let server = try Program(["serve", "--host", "127.0.0.1", "--port", "0"])
        let port = try #require(await server.port())
        let terminal = try PseudoTerminal()
        let player = try play(on: port, in: terminal)
        #expect(await terminal.output(until: "ticks ahead").contains("ticks ahead"))
        let privacy = "encrypted, known key"
        #expect(await terminal.output(until: privacy).contains(privacy))
        server.send(SIGSTOP)
        #expect(await terminal.output(until: "no answer for 1 s").contains("no answer for 1 s"))
        server.send(SIGKILL)
        let lost = "ago, reconnecting"
        #expect(await terminal.output(until: lost).contains(lost))
        terminal.type("q")
        #expect(await player.outcome().status == 0)
    }

    /// Ctrl-Z gives the screen back, `fg` takes it again.
    @Test func theScreenIsTheUsersWhileStopped() async throws {
        let (begin, end) = ("\u{1B}[?1049h", "\u{1B}[?1049l")
        try await ConnectionManager.run { manager in
            let listener = try await manager.listen(security: .automatic)
            let terminal = try PseudoTerminal()
            let player = try play(on: listener.localAddress.port, in: terminal)
            #expect(await terminal.output(until: "connected to").contains(begin))
            #expect(terminal.isRaw)
            for _ in 1...2 {
                player.send(SIGTSTP)
                await untilStopped(player.identifier)
                let stopped = await terminal.output(until: end)
                #expect(stopped.contains(end))
                #expect(stopped.contains("\u{1B}[?25h"), "the cursor shows")
                #expect(!terminal.isRaw)
                player.send(SIGCONT)
                #expect(await terminal.output(until: "connected to").contains(begin))
                #expect(terminal.isRaw)
            }
            terminal.type("q")
            #expect(await player.outcome().status == 0)
        }
    }
}
