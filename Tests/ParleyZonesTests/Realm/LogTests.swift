import Foundation
import ParleyDatagrams
import ParleyHandoff
import ParleySimulation
import ParleySockets
import ParleyStore
import ParleyWorld
import Synchronization
import TestGames
import Testing

@testable import ParleyZones

/// What a realm's servers say to an operator.
@Suite struct LogTests {
    /// A zone without a world server for longer than its lease, and then a drained one.
    @Test func badTimesAreSaid() throws {
        let log = KeptLog()
        try TestRealm.run(seed: 1, log: log) { realm in
            try await realm.play(as: "ann") { ann in
                try await realm.wait(for: ann, in: "west")
                realm.cut(true, "world", "west")
                try await realm.wait { realm.zone("west")?.isFrozen == true }
                try await realm.simulation.clock.sleep(for: .milliseconds(1_500))
                realm.cut(false, "world", "west")
                try await realm.wait(for: ann, in: "west")
                try await realm.simulation.clock.sleep(for: .seconds(2))
                realm.zone("west")?.drain()
                try await realm.wait(for: ann, in: "east")
                try await realm.wait {
                    log.says("notice the zone has drained")
                        && log.says("notice a zone's process is draining")
                }
            }
        }
        for line in [
            "notice the zone is registered zone=west incarnation=1",
            "notice the zone is registered zone=east incarnation=1",
            "notice a zone's process is ready server=world:0 zone=west incarnation=1",
            "warning the zone stands still: no world server answers zone=west incarnation=1",
            "notice the zone drains zone=west",
            "error the realm has given the process up, and it ends zone=west",
            "notice the zone is registered zone=west incarnation=2",
            "notice a zone's process is draining server=world:0 zone=west incarnation=2",
            "notice the zone has drained, and ends zone=west",
        ] { #expect(log.says(line), "\(line)\n\(log.text)") }
    }

    /// A peer that does something a thousand times is said once a second.
    @Test func countsAreSaidOnceASecond() {
        var counts = RisingCounts()
        let first = counts.lines(for: [(.warning, "requests were forbidden", 1_000)], [])
        #expect(first.map(\.text) == ["requests were forbidden"])
        #expect(first.first?.details.first?.value == "1000")
        #expect(counts.lines(for: [(.warning, "requests were forbidden", 1_000)], []).isEmpty)
        let third = counts.lines(for: [(.warning, "requests were forbidden", 1_001)], [])
        #expect(third.first?.details.first?.value == "1")
    }

    /// A login by a password, a second one by a token, tickets, proofs, chat and an operator's commands: none of the secrets
    /// is in the log.
    @Test func noSecretIsInTheLog() throws {
        let log = KeptLog()
        let password = "correct horse battery staple"
        let secrets = try TestRealm.run(seed: 1, log: log) { realm in
            var secrets: [[UInt8]] = [Array(password.utf8), Array("a private word".utf8)]
            var login = RealmLogin.password(name: "ann", password)
            for _ in 0..<2 {
                let client = realm.client(as: login)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await client.run() }
                    try await realm.wait(for: client, in: "west")
                    client.say("a private word")
                    try await realm.simulation.clock.sleep(for: .seconds(2))
                    let state = client.core.state.withLock { ($0.ticket?.bytes, $0.proof) }
                    secrets += [state.0, state.1].compactMap { $0?.bytes }
                    let token = try #require(client.reEntryToken)
                    secrets.append(token)
                    login = .token(name: "ann", token)
                    group.cancelAll()
                }
                try await realm.simulation.clock.sleep(for: .seconds(1))
            }
            // A token that was used is wrong.
            login = .token(name: "ann", [UInt8](repeating: 7, count: 32))
            try? await realm.client(as: login).run()
            let ann = try #require(CharacterReference("ann"))
            _ = try await realm.command(.kick(ann))
            try await realm.simulation.clock.sleep(for: .seconds(2))
            return secrets
        }
        #expect(secrets.count == 8)
        #expect(log.says("notice logins were refused"), "\(log.text)")
        #expect(
            log.says("notice an operator has asked for something server=world:0 command=kick ann"))
        let text = log.text.joined(separator: "\n")
        for secret in secrets {
            let part = Array(secret.prefix(12))
            let forms = [
                String(decoding: part, as: UTF8.self),
                part.map { String(format: "%02x", $0) }.joined(),
                part.map { String(format: "%02X", $0) }.joined(),
                part.map { "\($0)" }.joined(separator: ", "),
                String(Data(secret).base64EncodedString().prefix(14)),
            ]
            for form in forms { #expect(!text.contains(form), "\(form) is in \(text)") }
        }
    }
}
