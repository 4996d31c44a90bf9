import SampleSupport

/// The colours of the realm.
enum Palette {
    static let night = Color(0x0F1117)
    static let bar = Color(0x222736)
    static let text = Color(0xC9D1E0)
    static let faint = Color(0x717A8E)
    static let title = Color(0xFFFFFF)
    static let accent = Color(0x7AA2F7)
    static let alarm = Color(0xFF5252)
    static let border = Color(0x4B5468)
    /// The ground of the player's own zone, and of the others, of which nothing is seen.
    static let here = Color(0x1B1F2A)
    static let other = Color(0xE0AF68)
    static let coin = Color(0xF6D365)
    /// What each zone and its people are drawn in.
    static let zones = [
        Color(0xE0AF68), Color(0x7AA2F7), Color(0x9ECE6A), Color(0xBB9AF7),
    ]
}
