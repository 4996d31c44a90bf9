import ArenaGame
import SampleSupport

/// What a person does with the keyboard: walking, dashing, and typing what to say.
struct Controls: Sendable {
    /// What a key asks for, beyond walking.
    enum Action: Hashable {
        case leave
        case say(String)
        /// Switches prediction off, or on again.
        case switchPrediction
    }

    private var directions = HeldDirections()
    private var dashUntil = Duration.zero
    /// What is being typed; nil while the keys walk.
    private(set) var draft: String?

    /// Takes a key that was pressed at `now`, a time since any beginning.
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
        // What would be too long to say cannot be typed.
        if (draft?.utf8.count ?? 0) > ArenaMessages.maximumChatLength { draft = text }
        return nil
    }

    /// What to tell the server now.
    func wish(at now: Duration) -> Wish {
        let direction = directions.direction(at: now)
        return Wish(direction: Vector(direction.x, direction.y), dash: now < dashUntil)
    }
}
