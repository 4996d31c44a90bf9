import ArenaGame
import SampleSupport

/// The colours of the arena.
enum Palette {
    static let night = Color(0x0F1117)
    static let floor = Color(0x171A23)
    static let tile = Color(0x1B1F2A)
    static let stone = Color(0x4B5468)
    static let stoneLight = Color(0x6B768F)
    static let stoneDark = Color(0x353C4D)

    static let text = Color(0xC9D1E0)
    static let faint = Color(0x717A8E)
    static let title = Color(0xFFFFFF)
    static let accent = Color(0x7AA2F7)
    static let bar = Color(0x222736)

    static let it = Color(0xFF5252)
    static let immune = Color(0xE8ECF5)

    /// The server's place of the player's own body, under the predicted one.
    static let truth = Color(0x3D4663)

    static func door(isOpen: Bool) -> Color { isOpen ? Color(0xD9B45B) : Color(0x8A4B3C) }

    private static let players: [Color] = [
        Color(0x7DCFFF), Color(0x9ECE6A), Color(0xE0AF68), Color(0xBB9AF7), Color(0xF7A8D8),
        Color(0x73DACA), Color(0xFF9E64), Color(0xB4F9F8), Color(0xD9E067), Color(0x8FA8FF),
        Color(0xE6C1FF), Color(0x5FD38D),
    ]
    private static let npcs: [Color] = [
        Color(0x9AA3B5), Color(0xB5A89A), Color(0x9AB5A3), Color(0xB09AB5),
    ]

    /// The colour of a player or NPC, for as long as it stays.
    static func color(of id: EntityID) -> Color {
        let choices = id.isNPC ? npcs : players
        return choices[Int(id.rawValue & 0xFFFF) % choices.count]
    }
}
