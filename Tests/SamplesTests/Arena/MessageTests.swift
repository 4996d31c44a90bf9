import ArenaGame
import Parley
import Testing

private func decoded<Value: DatagramCodable>(
    _ type: Value.Type, _ bytes: some Collection<UInt8>
) throws(DatagramError) -> Value {
    var reader = Datagram(bytes: bytes).reader
    let value = try reader.read(Value.self)
    try reader.expectEnd()
    return value
}

/// Every mutation of one byte and every truncation must be read or refused with a `DatagramError`;
/// a trap would end the test run.
private func maltreat<Value: DatagramCodable & Equatable>(_ value: Value) throws {
    let bytes = try Datagram(encoding: value).bytes
    #expect(try decoded(Value.self, bytes) == value)
    for count in 0..<bytes.count {
        #expect(throws: DatagramError.self) { try decoded(Value.self, bytes.prefix(count)) }
    }
    for index in bytes.indices {
        for byte in [0x00, 0x01, 0x7F, 0x80, 0xFF] as [UInt8] {
            var changed = bytes
            changed[index] = byte
            if let other = try? decoded(Value.self, changed) {
                _ = try Datagram(encoding: other)
            }
        }
    }
}

@Suite struct MessageTests {
    static let tick = Tick(number: 7)
    static let bodies = (1...72).map { index in
        Walker(
            id: index > 64 ? .npc(index) : EntityID(rawValue: UInt32(index)),
            position: Vector(Double(index) / 2, 39.6))
    }

    static let notices: [ArenaMessages.Notice] = [
        .chat(EntityID(rawValue: 1), "Grüße, 世界 🎈"),
        .joined(EntityID(rawValue: 7), name: "Ada"), .joined(.npc(0), name: "Guard"),
        .left(.npc(3)), .score(EntityID(rawValue: 2), 65_535), .map(.courtyard), .map(.cellar),
        .map(.garden),
        .map(ArenaMap(side: 2, obstacles: [])),
        .tagged(Tag(tagger: EntityID(rawValue: 1), tagged: .npc(1))),
    ]

    @Test(arguments: notices) func notice(_ notice: ArenaMessages.Notice) throws {
        try maltreat(notice)
    }

    @Test func chatRequest() throws {
        try maltreat(ArenaMessages.Request.chat("hello"))
        try maltreat(ArenaMessages.Request.chat(String(repeating: "x", count: 200)))
    }

    @Test(arguments: ["", "bell \u{7}", "\u{1B}[2J", String(repeating: "ä", count: 101)])
    func unsayableIsRefusedOnBothSides(text: String) throws {
        #expect(throws: DatagramError.self) {
            try Datagram(encoding: ArenaMessages.Request.chat(text))
        }
        let forged = try Datagram { datagram throws(DatagramError) in
            datagram.append(UInt8(1))
            try datagram.append(text)
        }
        #expect(throws: DatagramError.self) {
            try decoded(ArenaMessages.Request.self, forged.bytes)
        }
    }

    @Test(arguments: [Wish.stand, Wish(direction: Vector(1, 0), dash: true)])
    func command(_ wish: Wish) throws {
        try maltreat(ArenaMessages.Command(wish))
        #expect(ArenaMessages.Command(wish).wish == wish)
    }

    @Test func everyCommandIsAWishOfAtMostFullSpeed() throws {
        for x in UInt8.min...UInt8.max {
            let command = try decoded(ArenaMessages.Command.self, [x, 0x80, 0xFF])
            #expect(command.wish.direction.length <= 1 + 1e-12)
        }
    }

    @Test func fullSpeedEastInBytes() throws {
        let command = ArenaMessages.Command(Wish(direction: Vector(1, -1 / 3.0), dash: true))
        #expect(try Datagram(encoding: command).bytes == [120, 216, 1])
    }

    @Test func snapshot() throws {
        let few = Self.bodies.suffix(2).map { ArenaMessages.Avatar($0, at: Self.tick) }
        try maltreat(ArenaMessages.Snapshot(it: .npc(0), avatars: few))
        try maltreat(ArenaMessages.Snapshot(it: nil, avatars: []))
    }

    @Test func aSnapshotInBytes() throws {
        var body = Walker(
            id: EntityID(rawValue: 0x0102_0304), position: Vector(5.13, -10.28),
            area: Grounds.garden)
        body.velocity = Vector(0.5, -0.6)
        body.vulnerableAt = Tick(number: 8)
        let snapshot = ArenaMessages.Snapshot(it: body.id, avatars: [.init(body, at: Self.tick)])
        let bytes: [UInt8] = [
            4, 3, 2, 1, 1, 0, 4, 3, 2, 1, 0x01, 0x02, 0xFC, 0xFB, 5, 0xFA, 2 | 2 << 2,
        ]
        #expect(try Datagram(encoding: snapshot).bytes == bytes)
        let read = try decoded(ArenaMessages.Snapshot.self, bytes)
        #expect(read == snapshot)
        #expect(read.avatars[0].position == Vector(5.13, -10.28))
        #expect(read.avatars[0].velocity == Vector(0.5, -0.6))
        #expect(read.avatars[0].isImmune)
        #expect(read.avatars[0].area == Grounds.garden)
    }

    @Test func aFullArenaFitsOneDatagram() throws {
        let snapshot = ArenaMessages.Snapshot(
            it: nil, avatars: Self.bodies.map { ArenaMessages.Avatar($0, at: Self.tick) })
        #expect(try Datagram(encoding: snapshot).count == 798)
    }

    @Test func placesAreExactToTheCentimetre() {
        for body in Self.bodies {
            #expect(
                ArenaMessages.Avatar(body, at: Self.tick).position.distance(to: body.position)
                    < 0.008)
        }
    }

    @Test func aCountIsBelievedOnlyWithItsBytes() {
        #expect(throws: DatagramError.self) {
            try decoded(ArenaMessages.Snapshot.self, [0, 0, 0, 0, 0xFF, 0xFF, 1, 2, 3])
        }
        #expect(throws: DatagramError.self) {
            try decoded(ArenaMessages.Notice.self, [5, 0, 0, 32, 66, 0xFF, 0xFF])
        }
    }

    @Test(arguments: [Float.nan, .infinity, -1, 0, 1e9]) func senselessMaps(side: Float) throws {
        let forged = Datagram { datagram in
            datagram.append(UInt8(5))
            datagram.append(side)
            datagram.append(UInt16(0))
        }
        #expect(throws: DatagramError.self) { try decoded(ArenaMessages.Notice.self, forged.bytes) }
    }

    @Test(arguments: [
        [Float.nan, 0, 1, 1], [1, 1, 1, 2], [3, 0, 2, 1], [0, 0, 41, 1], [-1, 0, 1, 1],
    ])
    func senselessObstacles(sides: [Float]) throws {
        let forged = Datagram { datagram in
            datagram.append(UInt8(5))
            datagram.append(Float(40))
            datagram.append(UInt16(1))
            for side in sides { datagram.append(side) }
        }
        #expect(throws: DatagramError.self) { try decoded(ArenaMessages.Notice.self, forged.bytes) }
    }
}
