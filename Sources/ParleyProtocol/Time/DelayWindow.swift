/// The newest samples of a delay, and the bound of all but a few of them.
///
/// Greater is worse. A mean and a deviation would need to know how delays are distributed, which
/// on real links is with a long tail; the order of the samples needs to know nothing.
struct DelayWindow: Sendable {
    private struct Sample {
        var delay: Double
        var time: Double
    }

    /// Seconds for which a sample counts.
    let span: Double

    private let capacity: Int
    private var samples: [Sample] = []
    /// Where the oldest sample stands once the window is full.
    private var head = 0

    init(span: Double = 10, capacity: Int = 256) {
        self.span = span
        self.capacity = max(1, capacity)
    }

    /// How many samples there are, those that are too old too.
    var count: Int { samples.count }

    /// Adds a sample, in seconds; ignores a value that is no number.
    mutating func add(_ delay: Double, at time: Double) {
        guard delay.isFinite, time.isFinite else { return }
        let sample = Sample(delay: delay, time: time)
        guard samples.count == capacity else {
            samples.append(sample)
            return
        }
        samples[head] = sample
        head = (head + 1) % capacity
    }

    /// The greatest delay of the last `span` seconds, without this share of the greatest.
    ///
    /// One sample is always there: the newest one counts, however old it is.
    func worst(excluding share: Double, at time: Double) -> Double? {
        guard let last = newest(1).first else { return nil }
        let since = min(time - span, last.time)
        var worst: [Double] = []
        let counted = samples.count { $0.time >= since }
        let kept = Int(Double(counted) * share) + 1
        worst.reserveCapacity(kept + 1)
        for sample in samples where sample.time >= since {
            if worst.count == kept, let least = worst.last, sample.delay <= least { continue }
            let place = worst.firstIndex { $0 < sample.delay } ?? worst.endIndex
            worst.insert(sample.delay, at: place)
            if worst.count > kept { worst.removeLast() }
        }
        return worst.last
    }

    /// The middle one of the newest delays.
    func median(ofNewest count: Int) -> Double? {
        let delays = newest(count).map(\.delay).sorted()
        return delays.isEmpty ? nil : delays[delays.count / 2]
    }

    /// The newest first.
    private func newest(_ count: Int) -> [Sample] {
        (0..<min(max(0, count), samples.count)).map { age in
            let end = samples.count == capacity ? head + capacity : samples.count
            return samples[(end - 1 - age) % capacity]
        }
    }
}
