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
            "receiving": run.receiving, "storing": run.storing, "taking": run.taking,
            "allocations": run.allocations, "count": Int64(ticks * players),
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

    /// The same commands once more, opened already: what is left is reading the bundle and keeping its commands.
    private var inputs: [PlayerInput] = []
    private var unused = EncodedCommands()

    private(set) var receiving: Int64 = 0
    private(set) var storing: Int64 = 0
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
            inputs.append(PlayerInput(limits))
            inputs[number].predict(tickRate: 60, after: Tick(number: 0), at: now)
        }
    }

    mutating func forget() {
        (receiving, storing, taking, allocations, commands) = (0, 0, 0, 0, 0)
    }

    /// Each player sends the commands of the next tick and of the one before.
    mutating func step(_ number: UInt32) throws {
        let now = NetworkInstant(nanoseconds: Int64(number) * 16_666_667)
        let bundles = try bundles(newest: Tick(number: number + 1))
        let packets = try packets(of: bundles, at: now)
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
        try store(slices(of: bundles), for: Tick(number: number), at: now)
    }

    /// The commands on their way from the received bytes to where the step finds them.
    private mutating func store(
        _ bundles: [Datagram], for tick: Tick, at now: NetworkInstant
    ) throws {
        let allocated = allocation_count()
        let began = bench_cpu()
        for number in inputs.indices {
            var reader = bundles[number].reader
            let outcome = inputs[number].receiveBundle(from: &reader, acknowledging: nil, at: now)
            guard outcome == .newer else { throw CancellationError() }
        }
        storing += bench_cpu() - began
        allocations += allocation_count() - allocated
        unused.removeAll()
        for number in inputs.indices {
            inputs[number].takeOne(
                for: tick, of: PlayerID(rawValue: UInt32(number)), at: now, into: &unused)
        }
    }

    /// All players' commands of a tick and of the one before.
    private func bundles(newest: Tick) throws -> [CommandBundle<Throng.Command>] {
        try (0..<Commands.players).map { number in
            let turn = Int16(truncatingIfNeeded: Int(newest.number) + number)
            let bundle = CommandBundle(
                newest: newest, packet: UInt8(truncatingIfNeeded: newest.number), view: nil,
                commands: [Throng.Command(turn: turn &- 1), Throng.Command(turn: turn)])
            guard let bundle else { throw CancellationError() }
            return bundle
        }
    }

    /// The bundles alone, as slices of one block.
    private func slices(of bundles: [CommandBundle<Throng.Command>]) throws -> [Datagram] {
        var slab = Datagram()
        var ranges: [Range<Int>] = []
        for bundle in bundles {
            let start = slab.count
            try slab.append(bundle)
            ranges.append(start..<slab.count)
        }
        return ranges.map { slab.slice($0) }
    }

    /// The packets of all players, as slices of one block, like received ones.
    private func packets(
        of bundles: [CommandBundle<Throng.Command>], at now: NetworkInstant
    ) throws -> [Datagram] {
        var slab = Datagram()
        var ranges: [Range<Int>] = []
        for (client, bundle) in zip(clients, bundles) {
            let packet = try client.input(bundle, at: now)
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
