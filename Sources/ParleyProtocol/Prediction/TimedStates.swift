/// Two states around a moment.
public struct StateBracket<State> {
    /// The state at or before the moment.
    public let earlier: State

    /// The state after it; the same where there is nothing to interpolate.
    public let later: State

    /// Where between them the moment lies: 0 to 1, above 1 for an extrapolation.
    public let fraction: Double

    /// How many ticks lie between them.
    public let ticks: Int
}

extension StateBracket: Sendable where State: Sendable {}

extension StateBracket where State: Interpolatable {
    /// The state at the moment, at so many ticks a second.
    public func state(tickRate: Int) -> State {
        guard ticks > 0 else { return earlier }
        return earlier.interpolated(
            to: later, at: fraction, over: Double(ticks) / Double(max(1, tickRate)))
    }
}

/// The newest known states by tick, in order, whatever order they arrived in.
///
/// A ring: a state at the end takes the place of the oldest one, and nothing else moves.
struct TimedStates<State: Sendable>: Sendable {
    private struct Entry {
        var tick: Tick
        var state: State
        /// The entity did not move here from the state before.
        var isTeleport: Bool
    }

    let capacity: Int
    private var ring: [Entry] = []
    /// Where the oldest entry is; 0 until the ring is full.
    private var start = 0

    init(capacity: Int) {
        self.capacity = max(2, capacity)
    }

    var count: Int { ring.count }
    var oldest: Tick? { ring.isEmpty ? nil : self[0].tick }
    var newest: Tick? { ring.isEmpty ? nil : self[count - 1].tick }
    var newestState: State? { ring.isEmpty ? nil : self[count - 1].state }

    /// The entry of this age, the oldest being 0.
    private subscript(index: Int) -> Entry {
        get { ring[(start + index) % ring.count] }
        set { ring[(start + index) % ring.count] = newValue }
    }

    /// The newest entry up to a moment.
    private func lastIndex(upTo moment: TickTime) -> Int? {
        var index = count - 1
        while index >= 0, TickTime(self[index].tick) > moment { index -= 1 }
        return index >= 0 ? index : nil
    }

    /// Puts a state where it belongs.
    ///
    /// - Returns: false when there is one for this tick, or it is older than all that fit.
    mutating func insert(_ state: State, at tick: Tick, isTeleport: Bool) -> Bool {
        let before = lastIndex(upTo: TickTime(tick))
        if let before, self[before].tick == tick { return false }
        let entry = Entry(tick: tick, state: state, isTeleport: isTeleport)
        guard count == capacity else {
            ring.insert(entry, at: before.map { $0 + 1 } ?? 0)
            return true
        }
        guard let before else { return false }
        if before == count - 1 {
            ring[start] = entry
            start = (start + 1) % capacity
        } else {
            // Late: the oldest goes, and those between move up.
            for index in 0..<before { self[index] = self[index + 1] }
            self[before] = entry
        }
        return true
    }

    mutating func removeAll() {
        ring.removeAll(keepingCapacity: true)
        start = 0
    }

    /// The states around a moment.
    ///
    /// - Parameter guess: For how many ticks after the newest state its movement goes on.
    func bracket(at moment: TickTime, guess: Double) -> StateBracket<State>? {
        guard !ring.isEmpty else { return nil }
        guard let index = lastIndex(upTo: moment) else { return Self.still(self[0].state) }
        guard index + 1 < count else { return beyond(moment, guess: guess) }
        return Self.between(self[index], self[index + 1], at: moment.ticks)
    }

    private func beyond(_ moment: TickTime, guess: Double) -> StateBracket<State>? {
        let last = self[count - 1]
        guard guess > 0, count > 1 else { return Self.still(last.state) }
        let furthest = Double(last.tick.number) + guess
        return Self.between(self[count - 2], last, at: min(moment.ticks, furthest))
    }

    private static func between(
        _ earlier: Entry, _ later: Entry, at moment: Double
    ) -> StateBracket<State> {
        if later.isTeleport {
            let isThere = moment >= Double(later.tick.number)
            return still(isThere ? later.state : earlier.state)
        }
        let ticks = earlier.tick.distance(to: later.tick)
        let fraction = (moment - Double(earlier.tick.number)) / Double(ticks)
        return StateBracket(
            earlier: earlier.state, later: later.state, fraction: fraction, ticks: ticks)
    }

    private static func still(_ state: State) -> StateBracket<State> {
        StateBracket(earlier: state, later: state, fraction: 0, ticks: 0)
    }
}
