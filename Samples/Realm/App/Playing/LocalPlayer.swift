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

    func hear(_ wave: RealmRules.Notice, from me: UInt32?) {
        let who = wave.character == me ? "you wave" : "walker \(wave.character) waves"
        note("\(who) (\(wave.count))")
    }

    private func note(_ line: String) {
        lines.append(line)
        if lines.count > 100 { lines.removeFirst() }
    }
}
