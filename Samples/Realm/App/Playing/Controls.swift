import RealmGame
import SampleSupport

/// The state of the keyboard: walking, and typing a line of chat.
struct Controls: Sendable {
    /// The action of a key, other than walking.
    enum Action: Hashable {
        case leave
        case wave
        case give
        case say(String)
    }

    /// The longest line of chat, in bytes.
    private static let longest = 200

    private var directions = HeldDirections()
    /// The line that is being typed; nil while the keys walk.
    private(set) var draft: String?

    /// Takes a key press. `now` counts from any fixed instant.
    mutating func press(_ key: Key, at now: Duration) -> Action? {
        if let draft { return type(key, after: draft) }
        switch key {
        case .character("q"), .character("Q"): return .leave
        case .character(" "): return .wave
        case .character("g"), .character("G"): return .give
        case .enter: draft = ""
        default: directions.press(key, at: now)
        }
        return nil
    }

    private mutating func type(_ key: Key, after text: String) -> Action? {
        switch key {
        case .character(let character):
            // A line that is too long for chat cannot be typed.
            let longer = text + String(character)
            if longer.utf8.count <= Self.longest { draft = longer }
        case .backspace: draft = String(text.dropLast())
        case .escape: draft = nil
        case .enter:
            draft = nil
            if !text.isEmpty { return .say(text) }
        default: break
        }
        return nil
    }

    /// What to send now.
    func command(at now: Duration) -> RealmRules.Command {
        let direction = directions.direction(at: now)
        return RealmRules.Command(towards: SIMD2(direction.x, direction.y))
    }
}
