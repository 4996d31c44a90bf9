import ArenaGame
import Parley
import SampleSupport

/// The state of one player's game, shared by the tasks of listening, keys and drawing.
actor LocalPlayer {
    private var player: Player?
    private let server: Endpoint
    private let link: LinkChoice?
    private var scene = ArenaScene()
    private var controls = Controls()

    init(on server: Endpoint, over link: LinkChoice? = nil) {
        self.server = server
        self.link = link
    }

    /// Takes the player that the server has let in.
    func admit(_ player: Player) {
        self.player = player
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

    /// The picture to draw now; `shown` is nil before the first snapshot.
    func frame(
        _ shown: GameFrame<ArenaRules>?, _ statistics: PlayStatistics,
        _ state: ClientConnectionState, _ security: SessionSecurity?, isPredicting: Bool,
        at now: NetworkInstant
    ) -> Frame {
        if let shown { scene.apply(shown) }
        var frame = Frame()
        frame.scene = scene
        frame.me = player.map { EntityID($0.id) }
        frame.truth = shown?.authoritative?.spot
        frame.title = title
        if let me = frame.me, scene.snapshot.it == me {
            frame.title += "   – you are IT: catch somebody!"
        }
        frame.hints = [
            "arrows or WASD walk", "space dashes", "t talks", "q leaves", "p switches prediction",
        ]
        if let draft = controls.draft {
            frame.hints = ["say: \(draft)▏  (Enter says it, Esc does not)"]
        }
        frame.time = now.sinceEpoch / .seconds(1)
        frame.vitalsTitle = link.map { "LINK: " + $0.description } ?? "LINK"
        frame.alert = LinkAlert(state: state, server: server, hasFrame: shown != nil)
            .text(at: now)
        // While the server does not answer, every number is about the past.
        if frame.alert == nil, let shown {
            frame.vitals =
                Vital.of(statistics, shown, isPredicting: isPredicting)
                + (security.map { [Vital.of($0)] } ?? [])
        }
        return frame
    }

    private var title: String {
        let place = "PARLEY ARENA   \(server)"
        guard let player else { return place }
        return place + "   you are \(player.name), in the " + Grounds.name(of: scene.area)
    }
}

extension NetworkInstant {
    /// The time since the network's epoch, for code that only compares times.
    var sinceEpoch: Duration { .nanoseconds(nanoseconds) }
}
