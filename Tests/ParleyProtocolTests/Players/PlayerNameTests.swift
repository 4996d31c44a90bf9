import ParleyProtocol
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

    /// Players of one name cost a search that grows with the digits of their number.
    @Test func aNumberIsFoundInFewSteps() {
        var names: Set<String> = []
        for number in 1...1_000 {
            var steps = 0
            let unique = PlayerName.unique("bot") { key in
                steps += 1
                return names.contains(key)
            }
            #expect(unique == (number == 1 ? "bot" : "bot \(number)"))
            #expect(steps <= 20, "\(steps) steps for player \(number)")
            names.insert(PlayerName.key(of: unique))
        }
    }

    @Test(arguments: [[2], [3], [2, 500], [17, 18, 19, 999]])
    func aNumberThatWasLeftIsUsedAgainOrAHigherOne(left: [Int]) {
        let names = Set((1...1_000).map { $0 == 1 ? "bot" : "bot \($0)" }.map(PlayerName.key))
            .subtracting(left.map { PlayerName.key(of: "bot \($0)") })
        let unique = PlayerName.unique("bot") { names.contains($0) }
        #expect(!names.contains(PlayerName.key(of: unique)))
        #expect(left.map { "bot \($0)" }.contains(unique) || unique == "bot 1001")
    }

    /// Players may choose just the names that the search asks for.
    @Test(arguments: [1...62, 1...20, 19...22])
    func chosenNumbersDoNotStopTheSearch(powers: ClosedRange<Int>) {
        let chosen = powers.map { "bot \(1 << $0)" } + ["bot"]
        #expect(chosen.allSatisfy { PlayerName.complaint(about: $0) == nil })
        let names = Set(chosen.map(PlayerName.key))
        let unique = PlayerName.unique("bot") { names.contains($0) }
        #expect(!names.contains(PlayerName.key(of: unique)))
        #expect(PlayerName.complaint(about: unique) == nil)
    }
}
