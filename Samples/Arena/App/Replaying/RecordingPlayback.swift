import ArenaGame
import Parley

/// A recording in play: the position, and the scene there.
struct RecordingPlayback {
    let header: RecordingHeader
    private(set) var scene: ReplayedScene
    /// The position in seconds of the game.
    private(set) var seconds = 0.0
    private let reader: RecordingReader<ArenaRules>

    init(_ reader: RecordingReader<ArenaRules>) throws {
        self.reader = reader
        header = reader.header
        scene = try ReplayedScene(reader.header)
    }

    /// How the recording ended; nil before its end.
    var ending: RecordingEnding? { reader.ending }

    /// The number of players in the game.
    var players: Int { scene.scene.residents.keys.count { !$0.isNPC } }

    /// The position in minutes and seconds.
    var timeText: String {
        let whole = Int(seconds)
        let rest = whole % 60
        return "\(whole / 60):" + (rest < 10 ? "0" : "") + "\(rest)"
    }

    /// Advances by `time` seconds of the game, at most to its end.
    mutating func advance(by time: Double) throws {
        guard ending == nil else { return }
        seconds += time
        let due = seconds * Double(max(1, header.tickRate))
        while Double(scene.tick.number) < due {
            guard let recorded = try reader.next() else {
                seconds = Double(scene.tick.number) / Double(max(1, header.tickRate))
                return
            }
            if let state = reader.state { scene.apply(recorded, state) }
        }
    }
}
