import ParleyDatagrams
import ParleyHandoff
import Testing

@testable import ParleyStore

@Suite struct SheetTests {
    private static let gold = Currency(rawValue: 1)

    /// A sheet is the character's, of one moment, and only its owner reads it.
    @Test(arguments: StoreKind.allCases)
    func anOwnerReadsTheSheet(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let north = try await store.readyZone("north")
            let (ann, owner) = try await store.player("ann", in: north)
            #expect(
                try await store.done(ReadSheet(of: ann, owner, seen: 0)).possessions
                    == Possessions())
            let operation = DealTests.request(ann, 1)
            let item = ItemID(rawValue: 7)
            try await store.done(
                Deal(
                    operation, parties: [ann: owner],
                    effects: [.mint(item, kind: 3, to: ann), .issue(Self.gold, 50, to: ann)],
                    note: [1, 2]))
            let sheet = try await store.done(ReadSheet(of: ann, owner, seen: 0))
            #expect(sheet.name?.text == "ann")
            #expect(sheet.possessions.items.map(\.id) == [item])
            #expect(sheet.possessions.amount(of: Self.gold) == 50)
            #expect(sheet.possessions.amount(of: Currency(rawValue: 2)) == 0)
            #expect(sheet.events.map(\.operation) == [operation.key])
            #expect(try await store.done(ReadSheet(of: ann, owner, seen: 1)).events == [])
            var other = owner
            other.epoch = owner.epoch.next
            #expect(await store.perform(ReadSheet(of: ann, other, seen: 0)).value == nil)
            let nobody = ReadSheet(of: CharacterID(rawValue: 99), owner, seen: 0)
            #expect(await store.perform(nobody).value == nil)
            // As a world server sends it to the zone.
            let bytes = try sheet.encoded()
            #expect(try CharacterSheet(decoding: bytes, of: .character(ann)) == sheet)
            for count in 0..<bytes.count {
                #expect(throws: DatagramError.self) {
                    try CharacterSheet(
                        decoding: Datagram(bytes: bytes.bytes.prefix(count)), of: .character(ann))
                }
            }
        }
    }

    /// What is beyond the limits is left out, and a sheet that announces more is refused before memory is taken.
    @Test func aSheetIsBounded() throws {
        let holder = Holder.zone(try #require(ZoneName("north")))
        let items = (0..<5_000).map { Item(id: ItemID(rawValue: $0), kind: 1, holder: holder) }
        let sheet = CharacterSheet(name: nil, possessions: Possessions(items: items))
        let bytes = try sheet.encoded()
        #expect(bytes.count < SheetAnswer.sheetLimit)
        let read = try CharacterSheet(decoding: bytes, of: holder)
        #expect(read.possessions.items == Array(items.prefix(CharacterSheet.itemLimit)))
        for bytes: [UInt8] in [
            [0, 0, 1, 1, 0, 0, 0], [0, 0, 0, 0, 1, 16, 0], [0, 0, 0, 0, 0, 0, 17],
            [3, 0, 65, 110, 110, 0, 0, 0, 0, 0],
        ] {
            #expect(throws: DatagramError.self) {
                try CharacterSheet(decoding: Datagram(bytes: bytes), of: holder)
            }
        }
    }

    @Test func operationsAreReadFromTheirNames() throws {
        let zone = try #require(ZoneName("north"))
        for operation in [
            DealTests.request(CharacterID(rawValue: 7), 12),
            .zone(zone, Incarnation(rawValue: 3), counter: 4),
        ] {
            #expect(OperationID(key: operation.key) == operation)
        }
        for key in [
            "", "character/1/2/3", "character/1/2/3/65536", "character/x/2/3/4", "zone/NORTH/1/2",
            "zone/north/1", "zone/north/1/2/3", "item/1/2/3",
        ] {
            #expect(OperationID(key: key) == nil, "\(key)")
        }
    }
}
