import ArenaGame
import Parley
import SampleSupport

/// Which area somebody who watches looks at.
actor Gaze {
    private(set) var area = Grounds.courtyard

    /// Follows the number keys until `q` is pressed.
    func follow(_ keys: AsyncStream<Key>) async {
        for await key in keys {
            guard case .character(let character) = key else { continue }
            if character == "q" || character == "Q" { return }
            guard let number = character.wholeNumberValue,
                Grounds.arena.areas.indices.contains(number - 1)
            else { continue }
            area = Area(number - 1)
        }
    }
}

extension ArenaScene {
    /// How many are in each area, with the key that shows it.
    var census: String {
        grounds.areas.indices.map { index in
            let count = snapshot.avatars.count { Int($0.area) == index }
            return "\(index + 1) \(Grounds.name(of: Area(index))): \(count)"
        }.joined(separator: "   ")
    }
}
