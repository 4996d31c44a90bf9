import ArenaGame
import Parley

/// A recording that is being shown: how far it is, and what is seen there.
struct Film {
    let header: RecordingHeader
    private(set) var scene: ReplayedScene
    /// Seconds of the game that were shown.
    private(set) var seconds = 0.0
    private let reader: RecordingReader<ArenaRules>

    init(_ reader: RecordingReader<ArenaRules>) throws {
        self.reader = reader
        header = reader.header
        scene = try ReplayedScene(reader.header)
    }

    /// How it ends, once that is shown.
    var ending: RecordingEnding? { reader.ending }

    /// How many people are in.
    var players: Int { scene.scene.residents.keys.count { !$0.isNPC } }

    /// Minutes and seconds.
    var timeText: String {
        let whole = Int(seconds)
        let rest = whole % 60
        return "\(whole / 60):" + (rest < 10 ? "0" : "") + "\(rest)"
    }

    /// Goes on by some seconds of the game, or to its end.
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
