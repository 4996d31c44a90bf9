/// How often something happened within a window of time, in bounded memory.
struct RecentEvents: Sendable {
    private let window: Duration
    private var times: [Duration] = []

    /// More are not counted, which bounds memory: 100 a second over ten seconds.
    private static let limit = 1_000

    init(window: Duration) {
        self.window = window
    }

    /// How many times are kept.
    var count: Int { times.count }

    /// Notes an event, and forgets those that are out of the window.
    mutating func note(at now: Duration) {
        if let expired = times.firstIndex(where: { now - $0 <= window }) {
            times.removeFirst(expired)
        } else {
            times.removeAll(keepingCapacity: true)
        }
        if times.count < Self.limit { times.append(now) }
    }

    /// Events a second, over the window that ends now.
    func rate(at now: Duration) -> Double {
        Double(times.count { now - $0 <= window }) / (window / .seconds(1))
    }
}
