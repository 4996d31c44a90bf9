import ArenaGame
import ParleyDatagrams
import ParleyProtocol
import ParleyWorld

extension FuzzTarget {
    /// The arena's messages over UDP, to the server.
    static let arenaCommands = FuzzTarget("arena-commands", share: 2, corpus: commandCorpus) {
        input in
        guard let command: ArenaMessages.Command = try roundTrip(input) else { return }
        let wish = command.wish
        try expect(wish.direction.length <= 1.000_001, "\(command) is faster than full speed")
        _ = ArenaMessages.Command(wish)
        let step = TickStep(tick: now, duration: .seconds(1) / 60)
        for doorway in Grounds.arena.doorways {
            var walker = Walker(id: anna, position: doorway.exit.position, area: doorway.area)
            let error = ArenaRules.step(&walker, by: command, in: .arena, during: step)
            let isFree = Grounds.arena[walker.area].isFree(walker.position)
            try expect(error == nil && isFree, "\(command) led \(walker) into a wall")
        }
    }

    /// The arena's messages over TCP, to the server.
    static let arenaRequests = FuzzTarget("arena-requests", share: 4, corpus: requestCorpus) {
        input in
        let _: ArenaMessages.Request? = try roundTrip(input)
    }

    /// The arena's messages over TCP, to clients.
    static let arenaNotices = FuzzTarget("arena-notices", corpus: noticeCorpus) { input in
        let notice: ArenaMessages.Notice? = try roundTrip(input)
        guard let notice else { return }
        var scene = ArenaScene()
        scene.apply(notice)
        // The way from anywhere to anywhere takes long on large maps.
        guard case .map(let map) = notice, map.obstacles.count < 4 else { return }
        let routes = RouteMap(map)
        let route = routes.route(from: map.center, to: .zero)
        try expect(route.last == .zero, "the route ends elsewhere")
    }

    /// The arena's messages over UDP, to clients.
    static let arenaSnapshots = FuzzTarget("arena-snapshots", corpus: snapshotCorpus) { input in
        guard let snapshot: ArenaMessages.Snapshot = try roundTrip(input) else { return }
        var scene = ArenaScene()
        scene.apply(snapshot)
        for avatar in snapshot.avatars {
            try expect(
                avatar.position.length < 500 && avatar.velocity.length < 20, "\(avatar) is far off")
        }
    }

    /// The value that the bytes are, which is itself when it is written and read again.
    private static func roundTrip<Value: DatagramCodable & Equatable>(
        _ input: [UInt8]
    ) throws -> Value? {
        let datagram = Datagram(embedded: input)
        let value: Value? = try decoded { () throws(DatagramError) in try datagram.decoded() }
        guard let value else { return nil }
        let again: Value = try Datagram(encoding: value).decoded()
        try expect(again == value, "\(value) was written and is \(again)")
        return value
    }
}

private func encoded(_ values: any DatagramEncodable...) -> [[UInt8]] {
    values.compactMap { try? Datagram(encoding: $0).bytes }
}

private let anna = EntityID(rawValue: 1)
private let now = Tick(number: 1)
private let guardian = EntityID.npc(0)

private let commandCorpus = encoded(
    ArenaMessages.Command(.stand),
    ArenaMessages.Command(Wish(direction: Vector(-0.5, 0.5), dash: true)))

private let requestCorpus = encoded(
    ArenaMessages.Request.chat("a"), ArenaMessages.Request.chat("Hallo, schöne Welt 😀"),
    ArenaMessages.Request.chat(String(repeating: "x", count: 200)))

private let noticeCorpus = encoded(
    ArenaMessages.Notice.chat(anna, "Hello"), ArenaMessages.Notice.joined(anna, name: "Anna"),
    ArenaMessages.Notice.joined(guardian, name: "Guardian"), ArenaMessages.Notice.left(anna),
    ArenaMessages.Notice.score(guardian, 65_535), ArenaMessages.Notice.map(.courtyard),
    ArenaMessages.Notice.map(
        ArenaMap(side: 2, obstacles: [Rectangle(0.5, 0.5, 1, 1), Rectangle(1, 1, 2, 2)])),
    ArenaMessages.Notice.tagged(Tag(tagger: anna, tagged: guardian)))

private let snapshotCorpus = encoded(
    ArenaMessages.Snapshot(it: nil, avatars: []),
    ArenaMessages.Snapshot(
        it: anna,
        avatars: [
            ArenaMessages.Avatar(Walker(id: anna, position: Vector(1.5, 39)), at: now),
            ArenaMessages.Avatar(
                Walker(id: guardian, position: .gate, area: Grounds.garden), at: now),
        ]))
