import ArenaGame
import Parley
import SampleSupport

/// The area that the server's own view shows.
actor ViewedArea {
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
    /// The number of players and NPCs in each area, with the key that shows the area.
    var populations: [String] {
        grounds.areas.indices.map { index in
            let count = snapshot.avatars.count { Int($0.area) == index }
            return "\(index + 1) \(Grounds.name(of: Area(index))): \(count)"
        }
    }
}
