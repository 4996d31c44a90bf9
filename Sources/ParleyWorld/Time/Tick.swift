/// The number of a step of the world, counted from the first one the server ran.
public struct Tick: Hashable, Comparable, Sendable {
    /// Steps since the world began.
    ///
    /// At 60 ticks a second it lasts for two years.
    public var number: UInt32

    /// The tick with this number.
    public init(number: UInt32) {
        self.number = number
    }

    /// Whether `left` comes before `right`.
    public static func < (left: Tick, right: Tick) -> Bool {
        left.number < right.number
    }
}
