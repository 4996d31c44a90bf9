import CAllocationMeter
import CBenchmarkBaseline
import Parley
import ParleyProtocol
import ParleySessions
import ParleyWorld
import TestSupport

/// A server's way with commands, without a network: a packet in each tick from each of a thousand
/// players, and all their commands taken and decoded.
enum Commands {
    static let players = 1_000

    /// Takes the packets of so many ticks.
    static func receive(_ arguments: RoleArguments) throws {
        var run = try CommandRun()
        let warmUp = 100
        for tick in 1...warmUp { try run.step(UInt32(tick)) }
        run.forget()
        let ticks = max(1, arguments["iterations"] / players)
        for tick in warmUp + 1...warmUp + ticks { try run.step(UInt32(tick)) }
        guard run.commands == ticks * players else { throw CancellationError() }
        RoleProcess.say([
            "receiving": run.receiving, "taking": run.taking, "allocations": run.allocations,
            "count": Int64(ticks * players),
        ])
    }
}

/// A thousand predicting players at a table.
private struct CommandRun {
    private var table: PlayerTable
    private var encoded = EncodedCommands()
    private var decoder = CommandDecoder(standIn: CommandStandIn(idle: Throng.idle))
    private var clients: [RawPackets] = []
    private var touched: [PacketLink] = []
    private let address = SocketAddress.loopback(port: 1_000)

    private(set) var receiving: Int64 = 0
    private(set) var taking: Int64 = 0
    private(set) var allocations: Int64 = 0
    /// How many commands were there at their tick.
    private(set) var commands = 0

    init() throws {
        var limits = PlayerLimits()
        limits.players = Commands.players
        limits.datagramsPerSecond = 1_000_000
        limits.datagramBytesPerSecond = 1_000_000_000
        table = PlayerTable(limits: limits, isPredicted: true)
        for number in 0..<Commands.players {
            let now = NetworkInstant(nanoseconds: 0)
            let (player, packets) = try table.admit(name: "player \(number)", at: now)
            clients.append(packets)
            table.predict(player.id, tickRate: 60, after: Tick(number: 0), at: now)
        }
    }

    mutating func forget() { (receiving, taking, allocations, commands) = (0, 0, 0, 0) }

    /// Each player sends the commands of the next tick and of the one before.
    mutating func step(_ number: UInt32) throws {
        let now = NetworkInstant(nanoseconds: Int64(number) * 16_666_667)
        let packets = try packets(newest: Tick(number: number + 1), at: now)
        touched.removeAll(keepingCapacity: true)
        let allocated = allocation_count()
        let began = bench_cpu()
        for packet in packets {
            _ = table.receive(
                packet, from: address, to: nil, at: now, tick: Tick(number: number),
                touched: &touched)
        }
        let received = bench_cpu()
        table.takeCommands(for: Tick(number: number), at: now, into: &encoded)
        let decoded = Throng.decode(&encoded, by: &decoder)
        table.count(encoded)
        taking += bench_cpu() - received
        receiving += received - began
        allocations += allocation_count() - allocated
        commands += decoded.count { $0.origin == .given }
    }

    /// The packets of all players, as slices of one block, like received ones.
    private func packets(newest: Tick, at now: NetworkInstant) throws -> [Datagram] {
        var slab = Datagram()
        var ranges: [Range<Int>] = []
        for number in 0..<Commands.players {
            let turn = Int16(truncatingIfNeeded: Int(newest.number) + number)
            let bundle = CommandBundle(
                newest: newest, packet: UInt8(truncatingIfNeeded: newest.number), view: nil,
                commands: [Throng.Command(turn: turn &- 1), Throng.Command(turn: turn)])
            guard let bundle else { continue }
            let packet = try clients[number].input(bundle, at: now)
            ranges.append(slab.count..<slab.count + packet.count)
            slab.append(contentsOf: packet)
        }
        return ranges.map { slab.slice($0) }
    }
}

extension Role {
    /// The sides of commands.
    static var commands: [String: Play] {
        [
            "parley-commands": { try Commands.receive($0) },
            "c-commands": { arguments in
                let ticks = Int32(max(1, arguments["iterations"] / Commands.players))
                RoleProcess.say([
                    "receiving": bench_commands(Int32(Commands.players), ticks),
                    "count": Int64(ticks) * Int64(Commands.players),
                ])
            },
        ]
    }
}
