/// A moment between two ticks, in 65,536ths of a tick.
///
/// Being an integer it is the same number on every machine, never "not a number", and its end is
/// far beyond the last tick: `0 … UInt32.max` whole ticks.
public struct TickTime: Hashable, Comparable, Sendable {
    /// How many parts a tick has.
    public static let unitsPerTick: Int64 = 65_536

    private static let maximumUnits = Int64(UInt32.max) * unitsPerTick

    /// Parts of ticks since the world began.
    public let units: Int64

    /// The moment so many 65,536ths of a tick after the beginning, or the nearest that exists.
    public init(units: Int64) {
        self.units = min(max(units, 0), Self.maximumUnits)
    }

    /// The moment of a whole tick.
    public init(_ tick: Tick) {
        self.init(units: Int64(tick.number) * Self.unitsPerTick)
    }

    /// The moment so many ticks after the beginning, or the nearest that exists; the beginning when
    /// it is no number.
    public init(ticks: Double) {
        guard ticks > 0 else {
            self.init(units: 0)
            return
        }
        let units = min(ticks, Double(UInt32.max)) * Double(Self.unitsPerTick)
        self.init(units: Int64(units.rounded()))
    }

    /// Ticks since the beginning, with their fraction.
    public var ticks: Double { Double(units) / Double(Self.unitsPerTick) }

    /// The tick that it is, or that came last.
    public var tick: Tick { Tick(number: UInt32(clamping: units / Self.unitsPerTick)) }

    /// How much of the next tick has passed, from 0 to below 1.
    public var fraction: Double {
        Double(units % Self.unitsPerTick) / Double(Self.unitsPerTick)
    }

    /// Whether `left` comes before `right`.
    public static func < (left: TickTime, right: TickTime) -> Bool {
        left.units < right.units
    }

    /// The moment so many ticks later, or earlier when the number is negative.
    public func advanced(byTicks ticks: Double) -> TickTime {
        TickTime(ticks: self.ticks + ticks)
    }
}
