import ParleySockets
import ParleyWorld
import Testing

@Suite struct PlayerNameTests {
    @Test(arguments: ["A", "Ann", "Zoë", "名前", "👩‍🚀", String(repeating: "x", count: 32), "a b"])
    func good(name: String) {
        #expect(PlayerName.complaint(about: name) == nil)
    }

    @Test(arguments: [
        "", " ", "\t", "a\nb", "a\u{0}", "\u{1B}[2J", "a\u{202E}b", "a\u{200B}", "\u{2028}x",
        String(repeating: "x", count: 33), String(repeating: "é", count: 17), "\u{7F}",
        "\u{3164}", "\u{2800}", "\u{115F}", "\u{34F}", "\u{FE0F}", "\u{200D}", "Ada\u{200D}",
        "\u{E000}", "\u{FFFE}",
    ])
    func bad(name: String) {
        #expect(PlayerName.complaint(about: name) != nil)
    }

    /// Names that look the same are one name.
    @Test(arguments: [
        ("Ada", "Ada "), ("Ada", " Ada"), ("Ada B", "Ada  B"), ("Ada B", "Ada\u{A0}B"),
        ("Ada", "A\u{200D}da"), ("Zoë", "Zoe\u{308}"), ("☺", "☺\u{FE0F}"),
        ("Ada B", "Ada\u{2800}B"),
    ])
    func namesThatLookTheSameAreTaken(first: String, second: String) throws {
        var table = PlayerTable<PlayerID>()
        let start = NetworkInstant(nanoseconds: 0)
        let ada = try table.admit(name: first, token: SessionToken(rawValue: 1), at: start)
        let other = try table.admit(name: second, token: SessionToken(rawValue: 2), at: start)
        #expect(ada.name == first)
        #expect(other.name == second + " 2")
        table.remove(ada.id)
        let again = try table.admit(name: second, token: SessionToken(rawValue: 3), at: start)
        #expect(again.name == second)
    }

    /// What is cut off for the suffix may be what a joiner needs behind it.
    @Test func aSuffixLeavesNoJoinerBehind() {
        let long = String(repeating: "x", count: 27) + "\u{200D}bb"
        #expect(PlayerName.complaint(about: long) == nil)
        let unique = PlayerName.unique(long) { $0 == PlayerName.key(of: long) }
        #expect(PlayerName.complaint(about: unique) == nil)
        #expect(unique == String(repeating: "x", count: 26) + " 2")
    }

    @Test func aSuffixKeepsTheNameWithinItsBytes() {
        let long = String(repeating: "é", count: 16)
        let unique = PlayerName.unique(long) { $0 == long }
        #expect(unique == String(repeating: "é", count: 15) + " 2")
        #expect(PlayerName.complaint(about: unique) == nil)
    }
}
