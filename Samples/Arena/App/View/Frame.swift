import ArenaGame
import SampleSupport

/// Everything that one picture shows.
struct Frame: Sendable {
    var scene = ArenaScene()
    /// Who is looking, when it is a player.
    var me: EntityID?
    /// Where the server last said that who is looking is.
    var truth: Spot?
    var title = ""
    /// What the bottom line says: the keys, or what is being typed.
    var hint = ""
    /// What the numbers at the right are about, their names and their values.
    var vitalsTitle = "SERVER"
    var vitals: [Vital] = []
    /// The tick times of the last seconds, in milliseconds, the newest last.
    var tickTimes: [Double] = []
    /// What is known of everybody's round trips.
    var roundTrips: [EntityID: Duration] = [:]
    /// Seconds on the wall, for what pulses.
    var time = 0.0
}

/// A number that is worth watching.
struct Vital: Hashable, Sendable {
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
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
    /// With so many digits after the point.
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
