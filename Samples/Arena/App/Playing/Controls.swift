import ArenaGame
import SampleSupport

/// The state of the keyboard: walking, dashing, and typing a chat line.
struct Controls: Sendable {
    /// The action of a key, other than walking.
    enum Action: Hashable {
        case leave
        case say(String)
        /// Switches prediction off, or on again.
        case switchPrediction
    }

    private var directions = HeldDirections()
    private var dashUntil = Duration.zero
    /// The chat line being typed; nil while the keys walk.
    private(set) var draft: String?

    /// Takes a key press. `now` counts from any fixed instant.
    mutating func press(_ key: Key, at now: Duration) -> Action? {
        if let draft { return type(key, after: draft) }
        switch key {
        case .character("q"), .character("Q"): return .leave
        case .character("t"), .character("T"), .enter: draft = ""
        case .character("p"), .character("P"): return .switchPrediction
        case .character(" "): dashUntil = now + HeldDirections.hold
        default: directions.press(key, at: now)
        }
        return nil
    }

    private mutating func type(_ key: Key, after text: String) -> Action? {
        switch key {
        case .character(let character): draft = text + String(character)
        case .backspace: draft = String(text.dropLast())
        case .escape: draft = nil
        case .enter:
            draft = nil
            if ArenaMessages.isSayable(text) { return .say(text) }
        default: break
        }
        // A line that is too long for chat cannot be typed.
        if (draft?.utf8.count ?? 0) > ArenaMessages.maximumChatLength { draft = text }
        return nil
    }

    /// The wish to send to the server now.
    func wish(at now: Duration) -> Wish {
        let direction = directions.direction(at: now)
        return Wish(direction: Vector(direction.x, direction.y), dash: now < dashUntil)
    }
}
