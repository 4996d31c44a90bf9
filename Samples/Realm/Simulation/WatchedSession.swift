import Parley
import ParleyZones
import RealmGame
import Synchronization

/// One session of a bot, whose frames and notices are checked.
final class WatchedSession: Sendable {
    private struct State {
        var newest: (zone: ZoneName, epoch: Epoch)?
        var frames = 0
        var isInGap = false
        var gaps = 0
        /// The count in the last notice of a wave of its own.
        var lastWave: UInt16?
        var waves = 0
    }

    let bot: RealmBot
    private let name: String
    /// Whether nothing goes wrong that could keep frames from it.
    private let expectsFrames: Bool
    private let witness: RealmWitness
    private let state = Mutex(State())

    init(_ bot: RealmBot, _ name: String, expectsFrames: Bool, _ witness: RealmWitness) {
        self.bot = bot
        self.name = name
        self.expectsFrames = expectsFrames
        self.witness = witness
    }

    /// Looks at the frame that the player sees now.
    func look() {
        guard let frame = bot.client.frame() else {
            let isNews = state.withLock { state in
                defer { state.isInGap = true }
                guard state.newest != nil, !state.isInGap else { return false }
                state.gaps += 1
                return true
            }
            if isNews { witness.note("\(name) sees nothing: it is \(bot.client.connectionState)") }
            return
        }
        let last = state.withLock { state in
            defer { state.newest = (frame.zone, frame.epoch) }
            state.frames += 1
            state.isInGap = false
            return state.newest
        }
        if let complaint = complaint(about: frame, after: last) {
            witness.complain("\(name): \(complaint)")
        }
    }

    /// There is no frame, after there was one. Where nothing goes wrong that is wrong.
    private func noteGap() {
        let text = "\(name) sees nothing: it is \(bot.client.connectionState)"
        if expectsFrames { witness.complain(text) } else { witness.note(text) }
    }

    private func complaint(
        about frame: RealmFrame<RealmRules>, after last: (zone: ZoneName, epoch: Epoch)?
    ) -> String? {
        guard let character = bot.client.character else { return "a frame before the login" }
        if let last, frame.epoch < last.epoch {
            return "a frame of \(frame.epoch) after one of \(last.epoch)"
        }
        if let last, frame.epoch == last.epoch, frame.zone != last.zone {
            return "frames of \(last.zone) and of \(frame.zone) at \(frame.epoch)"
        }
        let number = UInt32(truncatingIfNeeded: character.rawValue)
        guard let body = frame.game.authoritative else { return "a frame without its own body" }
        if body.character != number { return "the body of character \(body.character) as its own" }
        let others = frame.game.entities(of: RealmRules.bodies)
        if others.contains(where: { $0.state.character == number }) {
            return "its own body as another's, in \(frame.zone) at \(frame.epoch)"
        }
        return witness.check(frame.zone, frame.epoch, of: character)
    }

    /// Takes a notice: those of its own waves count on by one, except after a zone has died.
    func hear(_ notice: RealmRules.Notice) {
        guard case .wave(let waver, let count) = notice, let character = bot.client.character,
            waver == UInt32(truncatingIfNeeded: character.rawValue)
        else { return }
        let last = state.withLock { state in
            defer { state.lastWave = count }
            state.waves += 1
            return state.lastWave
        }
        guard let last, count != last &+ 1 else { return }
        guard count <= last else {
            return witness.complain("\(name): its wave \(count) after \(last)")
        }
        witness.noteReturn(of: name)
    }

    /// Takes what somebody has said: nobody hears it twice.
    func hear(_ line: ChatLine) {
        guard line.reach != .server else { return }
        witness.hear("\(line.name): \(line.text)", by: name)
    }

    /// Adds what was counted.
    func count() {
        let meter = bot.meter
        let state = state.withLock { $0 }
        witness.count { counts in
            counts.crossings += meter.crossingCount
            counts.silences += meter.crossings
            counts.stalls += meter.stalls
            counts.frames += state.frames
            counts.gaps += state.gaps
            counts.waves += state.waves
        }
    }
}
