import ArenaGame
import SampleSupport

/// The content of one picture.
struct Frame: Sendable {
    var scene = ArenaScene()
    /// The player in front of the picture; nil in the server's own view.
    var me: EntityID?
    /// The newest place of that player that the server has sent.
    var truth: Spot?
    var title = ""
    /// The parts of the bottom line, the most important first. A part that does not fit is left out.
    var hints: [String] = []
    /// A text across the middle of the field: why nothing moves.
    var alert: String?
    /// The heading of the numbers at the right.
    var vitalsTitle = "SERVER"
    var vitals: [Vital] = []
    /// The tick times of the last seconds, in milliseconds, the newest last.
    var tickTimes: [Double] = []
    /// The round trips that are known.
    var roundTrips: [EntityID: Duration] = [:]
    /// Seconds of real time, for the glow that pulses.
    var time = 0.0
}

/// A number in the panel, with its name.
struct Vital: Hashable, Sendable {
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension Int {
    /// A number with its noun: "1 tick", "2 ticks".
    func counted(_ noun: String) -> String {
        "\(self) \(noun)" + (self == 1 ? "" : "s")
    }
}

extension Duration {
    /// In milliseconds, as short as it stays meaningful: "0.31 ms", "12 ms".
    var text: String {
        let milliseconds = self / .milliseconds(1)
        return (milliseconds < 10 ? milliseconds.text(digits: 2) : milliseconds.text(digits: 0))
            + " ms"
    }
}

extension Double {
    /// The number with `digits` digits after the point.
    func text(digits: Int) -> String {
        guard isFinite, abs(self) < 1e12 else { return "–" }
        let factor = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = Int((magnitude * Double(factor)).rounded())
        let fraction = String(scaled % factor)
        let padding = String(repeating: "0", count: max(0, digits - fraction.count))
        return (self < 0 ? "-" : "") + "\(scaled / factor)"
            + (digits > 0 ? "." + padding + fraction : "")
    }

    /// Bytes a second in B, kB or MB.
    var byteRate: String {
        switch self {
        case ..<1_000: text(digits: 0) + " B/s"
        case ..<1_000_000: (self / 1_000).text(digits: 1) + " kB/s"
        default: (self / 1_000_000).text(digits: 1) + " MB/s"
        }
    }
}
