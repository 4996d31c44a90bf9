import Parley
import ParleyHandoff
import ParleyZones
import RealmGame

/// What a player has seen.
struct Diary: Sendable {
    /// A crossing as its player saw it.
    struct Crossing: Sendable {
        /// When the first state of the new zone came.
        let at: Int64
        let from: ZoneName
        let zone: ZoneName
        /// How long there was none since the old zone's last.
        let silence: Int64
        /// Where the body was.
        let place: SIMD2<Double>
    }

    /// When the newest state of the own body came, of which zone, epoch and tick.
    private(set) var news: (at: Int64, zone: ZoneName, epoch: Epoch, tick: Tick)?
    private(set) var crossings: [Crossing] = []
    var silences: [Int64] { crossings.map(\.silence) }
    /// When the first state of this epoch came.
    private(set) var since: Int64?
    /// The longest time between two states since the last call of ``begin(at:)``.
    private var longest: Int64 = 0
    private var began: Int64 = 0
    /// Frames without the own body after the first one with it.
    private(set) var bodiless: Int64 = 0
    /// Frames of an earlier epoch or tick than one before, or of two zones with one epoch.
    private(set) var mixed: Int64 = 0
    /// Wrong predictions so far, and those within the second after a crossing.
    private(set) var wrong: Int64 = 0
    private(set) var wrongAtCrossings: Int64 = 0

    private static let aftermath: Int64 = 1_000_000_000

    /// Forgets crossings and silences of before.
    mutating func begin(at now: Int64) {
        (crossings, longest, began) = ([], 0, now)
    }

    /// The longest silence since then, the one that lasts until now included.
    func longestSilence(at now: Int64) -> Int64 {
        max(longest, now - max(news?.at ?? began, began))
    }

    /// Takes what the client draws at a moment.
    mutating func note(_ frame: RealmFrame<RealmRules>?, wrong total: UInt64, at now: Int64) {
        let mistakes = Int64(total) - wrong
        wrong += mistakes
        if let since, !crossings.isEmpty, now - since < Self.aftermath {
            wrongAtCrossings += mistakes
        }
        guard let frame, let me = frame.me else {
            bodiless += news == nil ? 0 : 1
            return
        }
        guard let tick = frame.game.authoritativeTick else { return }
        guard let last = news else {
            (news, since) = ((now, frame.zone, frame.epoch, tick), now)
            return
        }
        if frame.epoch == last.epoch {
            if frame.zone != last.zone || tick < last.tick { mixed += 1 }
            if tick == last.tick { return }
        } else {
            if frame.epoch < last.epoch { mixed += 1 }
            if frame.zone != last.zone {
                crossings.append(
                    Crossing(
                        at: now, from: last.zone, zone: frame.zone, silence: now - last.at,
                        place: me.position))
            }
            since = now
        }
        longest = max(longest, now - max(last.at, began))
        news = (now, frame.zone, frame.epoch, tick)
    }
}
