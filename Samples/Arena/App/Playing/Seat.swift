import ArenaGame
import Parley
import SampleSupport

/// What one player knows and wants; the tasks that play share it.
actor Seat {
    private let player: Player
    private let server: Endpoint
    private let link: LinkChoice?
    private var scene = ArenaScene()
    private var controls = Controls()

    init(_ player: Player, on server: Endpoint, over link: LinkChoice? = nil) {
        self.player = player
        self.server = server
        self.link = link
    }

    func hear(_ notice: ArenaMessages.Notice) {
        scene.apply(notice)
    }

    func press(_ key: Key, at now: NetworkInstant) -> Controls.Action? {
        controls.press(key, at: now.sinceEpoch)
    }

    func command(at now: NetworkInstant) -> ArenaMessages.Command {
        ArenaMessages.Command(controls.wish(at: now.sinceEpoch))
    }

    /// The picture of what the client shows.
    func frame(
        _ shown: GameFrame<ArenaRules>, _ vitals: [Vital], at now: NetworkInstant
    ) -> Frame {
        scene.apply(shown)
        var frame = Frame()
        frame.scene = scene
        frame.me = EntityID(player.id)
        frame.truth = shown.authoritative?.spot
        frame.title =
            "PARLEY ARENA   \(server)   you are \(player.name), in the "
            + Grounds.name(of: scene.area)
        if scene.snapshot.it == frame.me { frame.title += "   – you are IT: catch somebody!" }
        frame.hint =
            "arrows or WASD walk   space dashes   t talks   p switches prediction   q leaves"
        if let draft = controls.draft {
            frame.hint = "say: \(draft)▏  (Enter says it, Esc does not)"
        }
        frame.time = now.sinceEpoch / .seconds(1)
        frame.vitalsTitle = link.map { "LINK: " + $0.description } ?? "LINK"
        frame.vitals = vitals
        return frame
    }
}

extension NetworkInstant {
    /// The time since the network's epoch, for what only compares times.
    var sinceEpoch: Duration { .nanoseconds(nanoseconds) }
}
