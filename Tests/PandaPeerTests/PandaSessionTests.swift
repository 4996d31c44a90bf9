import ArenaGame
import Foundation
import Parley
import Testing

/// The session protocol as the Panda3D client of the arena speaks it: packets, keys, the tunnel and
/// reconnections.
@Suite(.needsPanda, .timeLimit(.minutes(5)))
struct PandaSessionTests {
    /// What `check_packets.py` prints.
    private struct Checks: Decodable {
        let passed: Int
        let failed: [String]
        let keys: Bool
    }

    /// What `resume_session.py` prints.
    private struct Reconnections: Decodable {
        let encrypted: Bool
        let resumed: [Bool]
        let applied: [Bool]
        let chats: [String]
    }

    @Test func packetsAreThoseOfTheWirePage() async throws {
        let (checks, complaints) = try await PandaPeer.run("check_packets.py", []) { peer in
            (try await peer.next(Checks.self), peer.stderr)
        }
        #expect(checks.failed.isEmpty, "\(complaints)")
        #expect(checks.passed >= 11)
    }

    @Test func packetsFromOtherAddressesAreNotLookedAt() async throws {
        struct Report: Decodable {
            let taken: [String]
        }
        let report = try await PandaPeer.run("strange_packets.py", []) {
            try await $0.next(Report.self)
        }
        #expect(report.taken == ["the server 0", "the server 1", "the server 2"])
    }

    @Test(.needsCryptography) func keysAreThoseOfTheWirePage() async throws {
        let checks = try await PandaPeer.run("check_packets.py", []) {
            try await $0.next(Checks.self)
        }
        #expect(checks.keys)
        #expect(checks.passed >= 15)
    }

    @Test(.needsCryptography) func joinsEncrypted() async throws {
        let visit = try await withArena { server, port, _ in
            let pin = try #require(try await server.ready().pin)
            return try await ArenaVisit.run(
                port, ["--pin", "\(pin)", "--name", "Panda", "--script", "walk", "--walked", "2"])
        }
        #expect(visit.exitCode == 0, "\(visit.complaints)")
        #expect(visit.events.first?.encrypted == true)
        try expectPlay(visit, overUDP: true)
    }

    @Test(.needsCryptography) func refusesAServerWithAnotherKey() async throws {
        let other = try TLSIdentity().pin
        let visit = try await withArena { _, port, _ in
            try await ArenaVisit.run(port, ["--pin", "\(other)", "--seconds", "4"])
        }
        #expect(visit.exitCode == 1)
        #expect(visit.events.isEmpty)
        #expect(visit.complaints.contains("another key"))
    }

    @Test func isToldThatTheServerEncrypts() async throws {
        let visit = try await withArena { _, port, _ in
            try await ArenaVisit.run(port, ["--seconds", "4"])
        }
        #expect(visit.exitCode == 1)
        #expect(visit.complaints.contains("this server encrypts"))
    }

    @Test func playsThroughTheTunnel() async throws {
        let visit = try await withArena { _, _, plainPort in
            try await ArenaVisit.run(
                plainPort, ["--no-udp", "--name", "Panda", "--script", "walk", "--walked", "2"])
        }
        #expect(visit.exitCode == 0, "\(visit.complaints)")
        try expectPlay(visit, overUDP: false)
    }

    @Test(.needsCryptography) func playsThroughAnEncryptedTunnel() async throws {
        let visit = try await withArena { server, port, _ in
            let pin = try #require(try await server.ready().pin)
            return try await ArenaVisit.run(
                port,
                [
                    "--pin", "\(pin)", "--no-udp", "--name", "Panda", "--script", "walk",
                    "--walked", "2",
                ])
        }
        #expect(visit.exitCode == 0, "\(visit.complaints)")
        try expectPlay(visit, overUDP: false)
    }

    private func expectPlay(_ visit: ArenaVisit, overUDP: Bool) throws {
        let summary = try #require(visit.events.all("summary").first)
        #expect(summary.snapshots ?? 0 > 1)
        #expect((try #require(summary.snapshotsOverUDP) > 0) == overUDP)
        #expect(summary.acknowledged ?? 0 > 0)
        #expect(summary.travelled ?? 0 > 1)
    }

    @Test func comesBack() async throws {
        let report = try await withArena { _, _, plainPort in
            try await PandaPeer.run("resume_session.py", ["\(plainPort)"]) {
                try await $0.next(Reconnections.self)
            }
        }
        #expect(!report.encrypted)
        expectNothingLost(report)
    }

    @Test(.needsCryptography) func comesBackEncrypted() async throws {
        let report = try await withArena { server, port, _ in
            let pin = try #require(try await server.ready().pin)
            return try await PandaPeer.run("resume_session.py", ["\(port)", "\(pin)"]) {
                try await $0.next(Reconnections.self)
            }
        }
        #expect(report.encrypted)
        expectNothingLost(report)
    }

    /// What was sent without a connection arrived once, and in order.
    private func expectNothingLost(_ report: Reconnections) {
        #expect(report.resumed == [true, true])
        #expect(report.applied == [true, true])
        let times = ["before", "during", "after"]
        #expect(report.chats == times.map { "\($0) 1" } + times.map { "\($0) 2" })
    }
}
