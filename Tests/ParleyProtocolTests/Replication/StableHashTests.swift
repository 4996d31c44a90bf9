import ParleyProtocol
import Testing

@Suite struct StableHashTests {
    /// The vectors of Landon Curt Noll's page on FNV.
    @Test(
        arguments: [
            ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C),
            ("foobar", 0x8594_4171_F739_67E8),
        ] as [(String, UInt64)])
    func isFNV1a(text: String, hash: UInt64) {
        var stable = StableHash()
        stable.combine(text)
        #expect(stable.value == hash)
    }

    @Test func numbersOfEqualValueAreEqual() {
        var narrow = StableHash()
        var wide = StableHash()
        narrow.combine(UInt8(7))
        wide.combine(UInt64(7))
        #expect(narrow == wide)
        wide.combine(0)
        #expect(narrow != wide)
    }
}
