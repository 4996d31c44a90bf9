import ParleyProtocol
import Testing

@Suite struct SchemaTests {
    @Test func everyFieldIsDescribed() {
        let layout = EntityLayout(Everything.self, named: "everything")
        #expect(
            layout.fields.map(\.name) == [
                "x", "x velocity", "facing", "heading", "place", "place velocity", "rotation",
                "level", "balance", "tiny", "account", "mood", "team", "name", "target",
                "wallet.coins", "wallet.is open", "is alive",
            ])
        #expect(layout.description.contains("  x: fixed -512.0...512.0 by 0.01\n"))
        #expect(layout.description.contains("  mood: one of calm, curious, angry\n"))
        #expect(layout.wordCount == layout.origin.count)
        #expect(Everything(dequantising: layout.origin.span) == Everything())
    }

    /// A number that another process, and another release, must find too.
    @Test func hashIsStable() {
        let layout = EntityLayout(Everything.Wallet.self, named: "wallet")
        #expect(layout.hash == 4_101_875_897_146_288_707)
        var schema = ReplicationSchema()
        _ = schema.register(Everything.Wallet.self, named: "wallet")
        #expect(schema.hash != layout.hash)
    }

    @Test func anythingThatDiffersChangesTheHash() {
        struct A: Replicated {
            var x = 0.0
            mutating func fields(_ visit: inout some FieldVisitor) {
                visit("x", &x, .fixed(in: 0...1, precision: 0.1))
            }
        }
        struct OtherName: Replicated {
            var x = 0.0
            mutating func fields(_ visit: inout some FieldVisitor) {
                visit("y", &x, .fixed(in: 0...1, precision: 0.1))
            }
        }
        struct OtherRange: Replicated {
            var x = 0.0
            mutating func fields(_ visit: inout some FieldVisitor) {
                visit("x", &x, .fixed(in: 0...1.1, precision: 0.1))
            }
        }
        struct OtherOrigin: Replicated {
            var x = 0.5
            mutating func fields(_ visit: inout some FieldVisitor) {
                visit("x", &x, .fixed(in: 0...1, precision: 0.1))
            }
        }
        let hashes = [
            EntityLayout(A.self, named: "a"), EntityLayout(A.self, named: "b"),
            EntityLayout(OtherName.self, named: "a"), EntityLayout(OtherRange.self, named: "a"),
            EntityLayout(OtherOrigin.self, named: "a"),
        ].map(\.hash)
        #expect(Set(hashes).count == hashes.count)
    }

    /// Of an entity that fits only without its head, no packet could ever be made.
    @Test func anEntityFitsAPacketWithAllThatGoesWithIt() async {
        // 75 bits of frame and 61 of a record's head leave 384 of 65 bytes.
        #expect(EntityLayout(Large.self, named: "large").coder.maximumBits == 381)
        #expect(Large.server(packetSize: 65).packetSize == 65)
        await #expect(processExitsWith: .failure) {
            _ = Large.server(packetSize: 64)
        }
    }

    @Test func mismatchNamesBothHashes() {
        var schema = ReplicationSchema()
        _ = schema.register(Everything.self, named: "everything")
        #expect(throws: Never.self) { try schema.check(against: schema.hash) }
        let mismatch = SchemaMismatch(ours: schema.hash, theirs: 0xAB)
        #expect(throws: mismatch) { try schema.check(against: 0xAB) }
        #expect(mismatch.description.hasPrefix("server and client declare different entities or "))
        #expect(mismatch.description.contains("00000000000000ab"))
        #expect(mismatch.description.hasSuffix(": build both from the same rules"))
        #expect(mismatch.description.contains(String(schema.hash, radix: 16)))
    }
}

/// An entity that is hardly smaller than a small packet.
private struct Large: Replicated {
    var words = [UInt32](repeating: 0, count: 10)
    var rest: UInt32 = 0

    mutating func fields(_ visit: inout some FieldVisitor) {
        for index in words.indices { visit("word", &words[index], .unsigned(bits: 32)) }
        visit("rest", &rest, .unsigned(bits: 26))
    }

    static func server(packetSize: Int) -> ReplicationServer {
        var schema = ReplicationSchema()
        _ = schema.register(Large.self, named: "large")
        var configuration = ReplicationServer.Configuration()
        configuration.packetSize = packetSize
        return ReplicationServer(schema: schema, configuration: configuration)
    }
}
