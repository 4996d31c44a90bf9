import CBenchmarkBaseline
import Foundation
import Parley
import ParleyHandoff
import ParleyProtocol
import ParleyZones
import TestSupport

/// Many players of a realm in one process that do as little as a client can, and follow their characters over borders.
enum RealmLoad {
    /// Logs all in, fifty at a time, and plays until the process ends. Plain.
    static func play(_ arguments: RoleArguments) async throws {
        let newcomers = PlayLoad.Newcomers()
        Thread.detachNewThread {
            PlayLoad.keepSending([], rawBytes: 0, newcomers: newcomers)
        }
        try await ConnectionManager.run { manager in
            try await withThrowingTaskGroup(of: Void.self) { players in
                for first in stride(from: 0, to: arguments["players"], by: 50) {
                    let batch = first..<min(first + 50, arguments["players"])
                    for player in try await enter(batch, manager, arguments, newcomers) {
                        players.addTask { try await player.follow() }
                    }
                }
                RoleProcess.ready()
                while try await players.next() != nil {}
            }
        }
    }

    private static func enter(
        _ numbers: Range<Int>, _ manager: ConnectionManager, _ arguments: RoleArguments,
        _ newcomers: PlayLoad.Newcomers
    ) async throws -> [RealmWalker] {
        try await withThrowingTaskGroup(of: RealmWalker.self) { group in
            for number in numbers {
                group.addTask {
                    let admission = try await RealmLogins.admit(number, manager, arguments)
                    let walker = RealmWalker(number, admission, manager, newcomers)
                    try await walker.enter()
                    return walker
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

/// One of those players.
actor RealmWalker {
    private struct Stay {
        let process: ZoneProcess
        let joined: PlayLoad.Joined
    }

    private let number: Int
    private let admission: RealmLogins.Admission
    private let manager: ConnectionManager
    private let newcomers: PlayLoad.Newcomers
    /// Where it plays, and where it is about to.
    private var here: Stay?
    private var there: Stay?

    init(
        _ number: Int, _ admission: RealmLogins.Admission, _ manager: ConnectionManager,
        _ newcomers: PlayLoad.Newcomers
    ) {
        self.number = number
        self.admission = admission
        self.manager = manager
        self.newcomers = newcomers
    }

    func enter() async throws {
        here = try await join(
            admission.owner.process, admission.address, .ticket(admission.ticket))
    }

    /// Reads what zones say, until it is in none.
    func follow() async throws {
        while let stay = here {
            here = nil
            for await datagram in stay.joined.connection.datagrams {
                guard case .notice(let payload) = try ServerMessage(datagram),
                    case .travel(let notice) = (try payload.decoded() as ZoneNotice).content
                else { continue }
                if case .travel(let destination) = notice { try await prepare(destination) }
                guard case .moved(let destination) = notice else { continue }
                try await prepare(destination)
                (here, there) = (there, nil)
                break
            }
            await leave(stay)
        }
        throw ChildFailure("player \(number) is in no zone any more")
    }

    /// Connects to a zone, unless it is connected there.
    private func prepare(_ destination: Destination) async throws {
        if there?.process == destination.process { return }
        if let there { await leave(there) }
        there = try await join(
            destination.process, destination.address,
            .token(admission.character, destination.token))
    }

    private func leave(_ stay: Stay) async {
        newcomers.leave(stay.joined.packets)
        await stay.joined.connection.close(within: .milliseconds(100))
    }

    private func join(
        _ process: ZoneProcess, _ address: String, _ credential: ZoneCredential
    ) async throws -> Stay {
        guard let port = address.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw ChildFailure("\(address) has no port")
        }
        let joined = try await PlayLoad.join(
            manager, port: port, number: number,
            ClientHello(
                game: ZoneGame<Throng>.name, name: "player", random: SessionRandom(seed: 0),
                ticket: Datagram(encoding: credential),
                join: Datagram(encoding: ZoneJoin(notices: 0)), schema: Throng.schema.hash))
        newcomers.add(PlayLoad.open(joined.port, [joined.packets], from: number))
        return Stay(process: process, joined: joined)
    }
}
