import ParleyZones
import RealmGame
import SampleSupport

/// What the person at this terminal types and hears.
actor LocalPlayer {
    private var controls = Controls()
    /// The newest lines of chat and waves.
    private(set) var lines: [String] = []

    func press(_ key: Key, at now: Duration) -> Controls.Action? {
        controls.press(key, at: now)
    }

    func command(at now: Duration) -> RealmRules.Command { controls.command(at: now) }

    var draft: String? { controls.draft }

    func hear(_ line: ChatLine) {
        switch line.reach {
        case .all: note("\(line.name): \(line.text)")
        case .whisper: note("\(line.name) whispers: \(line.text)")
        case .server: note("(\(line.text))")
        }
    }

    func hear(_ notice: RealmRules.Notice, as me: UInt32?) {
        func name(_ walker: UInt32) -> String { walker == me ? "you" : "walker \(walker)" }
        switch notice {
        case .wave(let walker, let count):
            note("\(name(walker)) \(walker == me ? "wave" : "waves") (\(count))")
        case .gift(let giver, let receiver):
            note("\(name(giver)) \(giver == me ? "give" : "gives") \(name(receiver)) a coin")
        case .poor: note("you have no coin to give")
        }
    }

    private func note(_ line: String) {
        lines.append(line)
        if lines.count > 100 { lines.removeFirst() }
    }
}
