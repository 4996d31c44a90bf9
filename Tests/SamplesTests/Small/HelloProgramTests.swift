import Foundation
import Parley
import Testing

/// The first programs of the README and the tutorial, as they stand there.
@Suite(.serialized, .timeLimit(.minutes(5))) struct HelloProgramTests {
    /// The port is written in both programs. Another server there would answer instead.
    private static func isPortFree() async -> Bool {
        let manager = ConnectionManager()
        let listener = try? await manager.listen(port: 9098)
        await manager.shutdown(within: .zero)
        return listener != nil
    }

    /// One line says why, without a stack trace.
    @Test(.enabled("needs port 9098") { await isPortFree() })
    func aClientWithoutAServerSaysSoInOneLine() async throws {
        let outcome = try await Program([], of: "hello-client").outcome()
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("refused"))
    }

    @Test(.enabled("needs port 9098") { await isPortFree() })
    func aSecondServerSaysSoInOneLine() async throws {
        let manager = ConnectionManager()
        _ = try await manager.listen(port: 9098)
        let outcome = try await Program([], of: "hello-server").outcome()
        #expect(outcome.status == 1)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("9098"))
        await manager.shutdown(within: .zero)
    }

    /// The listing to begin a realm with: it ends when its player has come from the one zone into the other.
    @Test(.timeLimit(.minutes(5))) func aPlayerWalksIntoTheOtherZone() async throws {
        var outcome: Program.Outcome
        repeat {
            // Below the ports that the kernel gives to connections.
            let port = UInt16.random(in: 21_000..<29_000)
            outcome = try await Program(["\(port)"], of: "hello-realm").outcome()
        } while outcome.errors.contains("in use")
        #expect(outcome.status == 0, "\(outcome.errors)")
        // Where it is when it is first seen there depends on the machine.
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 2, "\(lines)")
        #expect(lines.first?.hasPrefix("in west, at x = ") == true, "\(lines)")
        #expect(lines.last?.hasPrefix("in east, at x = ") == true, "\(lines)")
    }

    @Test(.enabled("needs port 9098") { await isPortFree() })
    func theGreetingComesBack() async throws {
        let server = try Program([], of: "hello-server")
        defer { server.send(SIGTERM) }
        var outcome = try await Program([], of: "hello-client").outcome()
        // The server says nothing when it listens, so a client that comes too early tries again.
        while outcome.errors.contains("refused"), server.isRunning {
            outcome = try await Program([], of: "hello-client").outcome()
        }
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == "Hello, world")
    }
}
