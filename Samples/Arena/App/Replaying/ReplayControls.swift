import ArenaGame
import Parley
import SampleSupport

/// The controls of a replay.
actor ReplayControls {
    private(set) var area = Grounds.courtyard
    private(set) var isPaused = false
    private(set) var isOver = false
    /// The speed as a power of two; 0 is the speed of the game.
    private var gear = 0

    private static let gears = -3...6

    /// Seconds of the game per second; 0 while paused.
    var speed: Double { isPaused ? 0 : pace }

    /// The speed in words: "4×", "1/2×".
    var speedText: String {
        if isPaused { return "paused" }
        return gear < 0 ? "1/\(1 << -gear)×" : "\(1 << gear)×"
    }

    private var pace: Double { gear < 0 ? 1 / Double(1 << -gear) : Double(1 << gear) }

    /// Follows the keys until one ends it.
    func follow(_ keys: AsyncStream<Key>) async {
        for await key in keys {
            press(key)
            if isOver { return }
        }
    }

    func press(_ key: Key) {
        guard case .character(let character) = key else { return }
        switch character {
        case "q", "Q": isOver = true
        case " ": isPaused.toggle()
        case "+", "=": gear = min(gear + 1, Self.gears.upperBound)
        case "-", "_": gear = max(gear - 1, Self.gears.lowerBound)
        default:
            guard let number = character.wholeNumberValue,
                Grounds.arena.areas.indices.contains(number - 1)
            else { return }
            area = Area(number - 1)
        }
    }

    func end() { isOver = true }
}
