import ParleyProtocol
import ParleySockets
import ParleySessions
import TestSupport
import Testing

/// Names at the table of players.
@Suite struct TakenNameTests {
    /// Names that look the same are one name.
    @Test(arguments: [
        ("Ada", "Ada "), ("Ada", " Ada"), ("Ada B", "Ada  B"), ("Ada B", "Ada\u{A0}B"),
        ("Ada", "A\u{200D}da"), ("Zoë", "Zoe\u{308}"), ("☺", "☺\u{FE0F}"),
        ("Ada B", "Ada\u{2800}B"),
    ])
    func namesThatLookTheSameAreTaken(first: String, second: String) throws {
        var table = PlayerTable()
        let start = NetworkInstant(nanoseconds: 0)
        let ada = try table.admit(name: first, at: start).player
        let other = try table.admit(name: second, at: start).player
        #expect(ada.name == first)
        #expect(other.name == second + " 2")
        table.remove(ada.id)
        let again = try table.admit(name: second, at: start).player
        #expect(again.name == second)
    }
}
