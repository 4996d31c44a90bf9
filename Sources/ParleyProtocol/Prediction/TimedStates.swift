/// Two states around a moment.
public struct StateBracket<State> {
    /// The state at or before the moment.
    public let earlier: State

    /// The one after it; the same where there is nothing to interpolate.
    public let later: State

    /// Where between them the moment lies: 0 to 1, above 1 where the future is guessed.
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

/// The states of the last ticks that are known, in the order of the ticks, whatever order they
/// came in.
struct TimedStates<State: Sendable>: Sendable {
    private struct Entry {
        var tick: Tick
        var state: State
        /// It did not move here from the state before.
        var isTeleport: Bool
    }

    let capacity: Int
    private var entries: [Entry] = []

    init(capacity: Int) {
        self.capacity = max(2, capacity)
    }

    var count: Int { entries.count }
    var oldest: Tick? { entries.first?.tick }
    var newest: Tick? { entries.last?.tick }
    var newestState: State? { entries.last?.state }

    /// Puts a state where it belongs.
    ///
    /// - Returns: false when there is one for this tick, or it is older than all that fit.
    mutating func insert(_ state: State, at tick: Tick, isTeleport: Bool) -> Bool {
        let after = entries.lastIndex { $0.tick <= tick }
        if let after, entries[after].tick == tick { return false }
        if after == nil, entries.count == capacity { return false }
        let entry = Entry(tick: tick, state: state, isTeleport: isTeleport)
        entries.insert(entry, at: after.map { $0 + 1 } ?? 0)
        if entries.count > capacity { entries.removeFirst() }
        return true
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
    }

    /// What is known around a moment.
    ///
    /// - Parameter guess: How many ticks after the newest state its movement is thought to go on.
    func bracket(at moment: TickTime, guess: Double) -> StateBracket<State>? {
        guard let first = entries.first else { return nil }
        guard let index = entries.lastIndex(where: { TickTime($0.tick) <= moment }) else {
            return Self.still(first.state)
        }
        guard index + 1 < entries.count else { return beyond(moment, guess: guess) }
        return Self.between(entries[index], entries[index + 1], at: moment.ticks)
    }

    private func beyond(_ moment: TickTime, guess: Double) -> StateBracket<State>? {
        guard let last = entries.last else { return nil }
        guard guess > 0, let previous = entries.dropLast().last else {
            return Self.still(last.state)
        }
        let furthest = Double(last.tick.number) + guess
        return Self.between(previous, last, at: min(moment.ticks, furthest))
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
