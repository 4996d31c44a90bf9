/// The tasks that wait on a timeline, as a value: ticks and events go in, tasks to resume come out.
struct WaitingList {
    /// A task's place in the order of all that ever began to wait.
    typealias Place = UInt64

    /// The reason why a task resumes.
    enum Wakeup: Sendable {
        /// Its tick has come.
        case due
        /// The event that it waited for was emitted.
        case event(any Sendable)
        case cancelled
    }

    /// A task to resume once no lock is held any more.
    struct Waking {
        let continuation: CheckedContinuation<Wakeup, Never>
        let wakeup: Wakeup

        func resume() { continuation.resume(returning: wakeup) }
    }

    /// The condition that a task waits for.
    private enum Cause {
        case tick(UInt64)
        case event(EventKey)
        case condition(ObjectIdentifier)
        /// The event was emitted, and is delivered when the next tick begins.
        case emitted
    }

    private struct Waiter {
        var cause: Cause
        /// Nil between the call and the moment in which the task is suspended.
        var continuation: CheckedContinuation<Wakeup, Never>?
        /// The wakeup that came in between.
        var wakeup: Wakeup?
    }

    /// A task's condition for an event.
    struct Condition {
        let place: Place
        let matches: @Sendable (any Sendable) -> Bool
    }

    /// Ticks a second.
    var rate = 60
    private(set) var now: UInt64 = 0
    var isFinished = false

    private var nextPlace: Place = 0
    private var waiters: [Place: Waiter] = [:]
    /// Sorted so that the first to wake is the last element.
    private var sleepers: [(tick: UInt64, place: Place)] = []
    /// Each list in the order of the places.
    private var listeners: [EventKey: [Place]] = [:]
    private var conditions: [ObjectIdentifier: [Condition]] = [:]
    /// The events to deliver when the next tick begins, with their tasks.
    private var deliveries: [(place: Place, event: any Sendable)] = []

    /// How many tasks wait for a tick.
    var sleeperCount: Int { sleepers.count }

    /// How many tasks wait for an event.
    var listenerCount: Int { waiters.values.count { $0.wakeup == nil } - sleepers.count }

    // MARK: Beginning to wait

    mutating func addSleeper(ticks: UInt64) -> Place {
        let (sum, overflow) = now.addingReportingOverflow(ticks)
        let tick = overflow ? .max : sum
        let place = add(.tick(tick))
        sleepers.insert((tick, place), at: position(tick: tick, place: place))
        return place
    }

    mutating func addListener(for key: EventKey) -> Place {
        let place = add(.event(key))
        listeners[key, default: []].append(place)
        return place
    }

    mutating func addListener(
        for type: Any.Type, where matches: @escaping @Sendable (any Sendable) -> Bool
    ) -> Place {
        let place = add(.condition(ObjectIdentifier(type)))
        conditions[ObjectIdentifier(type), default: []].append(
            Condition(place: place, matches: matches))
        return place
    }

    /// Stores the continuation of the task of this place, or returns it to be resumed at once.
    mutating func suspend(
        _ continuation: CheckedContinuation<Wakeup, Never>, at place: Place
    ) -> Waking? {
        guard let waiter = waiters[place] else {
            return Waking(continuation: continuation, wakeup: .cancelled)
        }
        if let wakeup = waiter.wakeup {
            waiters[place] = nil
            return Waking(continuation: continuation, wakeup: wakeup)
        }
        waiters[place]?.continuation = continuation
        return nil
    }

    // MARK: What happens

    /// The conditions of the tasks that wait for an event of this type, to be asked outside of the
    /// lock.
    func conditions<Event>(on event: Event) -> [Condition] {
        conditions[ObjectIdentifier(Event.self)] ?? []
    }

    /// Marks the tasks that wait for this event, in the order of their places, for the next tick.
    mutating func deliver<Event: Hashable & Sendable>(
        _ event: Event, toConditions matching: [Place]
    ) {
        var places = listeners.removeValue(forKey: EventKey(event)) ?? []
        if !matching.isEmpty {
            // A task that was cancelled while the conditions were asked waits no more.
            let waiting = Set(matching.filter { waiters[$0] != nil })
            conditions[ObjectIdentifier(Event.self)]?.removeAll { waiting.contains($0.place) }
            places = (places + waiting).sorted()
        }
        for place in places {
            waiters[place]?.cause = .emitted
            deliveries.append((place, event))
        }
    }

    /// Begins a tick.
    mutating func advance(to tick: UInt64) -> [Waking] {
        now = tick
        var woken: [Waking] = []
        while let sleeper = sleepers.last, sleeper.tick <= now {
            sleepers.removeLast()
            if let waking = wake(sleeper.place, .due) { woken.append(waking) }
        }
        for (place, event) in deliveries {
            if let waking = wake(place, .event(event)) { woken.append(waking) }
        }
        deliveries.removeAll(keepingCapacity: true)
        return woken
    }

    /// Cancels the waiting of a task.
    mutating func cancel(_ place: Place) -> Waking? {
        guard let waiter = waiters[place], waiter.wakeup == nil else { return nil }
        switch waiter.cause {
        case .tick(let tick): sleepers.remove(at: position(tick: tick, place: place))
        case .event(let key):
            listeners[key]?.removeAll { $0 == place }
            if listeners[key]?.isEmpty == true { listeners[key] = nil }
        case .condition(let type):
            conditions[type]?.removeAll { $0.place == place }
            if conditions[type]?.isEmpty == true { conditions[type] = nil }
        case .emitted: deliveries.removeAll { $0.place == place }
        }
        return wake(place, .cancelled)
    }

    /// Cancels the waiting of all tasks.
    mutating func finish() -> [Waking] {
        isFinished = true
        sleepers = []
        listeners = [:]
        conditions = [:]
        deliveries = []
        let places = waiters.filter { $0.value.wakeup == nil }.keys.sorted()
        return places.compactMap { wake($0, .cancelled) }
    }

    // MARK: Inside

    private mutating func add(_ cause: Cause) -> Place {
        let place = nextPlace
        nextPlace += 1
        waiters[place] = Waiter(cause: cause)
        return place
    }

    private mutating func wake(_ place: Place, _ wakeup: Wakeup) -> Waking? {
        guard let waiter = waiters[place] else { return nil }
        guard let continuation = waiter.continuation else {
            waiters[place]?.wakeup = wakeup
            return nil
        }
        waiters[place] = nil
        return Waking(continuation: continuation, wakeup: wakeup)
    }

    /// The index of a sleeper, or the index at which to insert it.
    private func position(tick: UInt64, place: Place) -> Int {
        var low = 0
        var high = sleepers.count
        while low < high {
            let middle = (low + high) / 2
            let other = sleepers[middle]
            let isLater = (other.tick, other.place) > (tick, place)
            if isLater { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// An event as a key: equal only to events of the same type.
struct EventKey: Hashable {
    private let type: ObjectIdentifier
    private let event: AnyHashable

    init<Event: Hashable & Sendable>(_ event: Event) {
        type = ObjectIdentifier(Event.self)
        self.event = AnyHashable(event)
    }
}
