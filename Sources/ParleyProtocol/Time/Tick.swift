/// The number of a step of the world, counted from the first one the server ran.
///
/// Numbers do not wrap: at 60 ticks a second they last for two years, at 240 for 200 days, and a
/// server that old has been restarted. Arithmetic stops at the first and the last number, so what
/// a peer sends can make a tick useless, but never small again and never a trap.
public struct Tick: Hashable, Sendable {
    /// Steps since the world began.
    public var number: UInt32

    /// The tick with this number.
    public init(number: UInt32) {
        self.number = number
    }
}

extension Tick: Strideable {
    /// Whether `left` comes before `right`.
    public static func < (left: Tick, right: Tick) -> Bool {
        left.number < right.number
    }

    /// How many ticks later `other` is, negative when it is earlier.
    public func distance(to other: Tick) -> Int {
        Int(other.number) - Int(number)
    }

    /// The tick so many later, or earlier when the number is negative; the first or the last tick
    /// when there is none so far away.
    public func advanced(by ticks: Int) -> Tick {
        let (sum, overflow) = Int(number).addingReportingOverflow(ticks)
        if overflow { return Tick(number: ticks < 0 ? 0 : .max) }
        return Tick(number: UInt32(clamping: sum))
    }
}
