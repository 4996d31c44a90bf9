import ParleySockets

/// A path between two ends that loses, duplicates and reorders packets.
struct Pipe<Message> {
    var loss = 0.0
    var duplication = 0.0
    /// Ticks that a message takes: any in the range.
    var delay = 1...1

    private var underway: [(due: Int, message: Message)] = []

    init(loss: Double = 0, duplication: Double = 0, delay: ClosedRange<Int> = 1...1) {
        self.loss = loss
        self.duplication = duplication
        self.delay = delay
    }

    var isEmpty: Bool { underway.isEmpty }

    mutating func send(_ message: Message, at now: Int, using generator: inout SeededGenerator) {
        if Double.random(in: 0..<1, using: &generator) < loss { return }
        let copies = Double.random(in: 0..<1, using: &generator) < duplication ? 2 : 1
        for _ in 0..<copies {
            underway.append((now + Int.random(in: delay, using: &generator), message))
        }
    }

    /// What arrives by now, in the order in which it does.
    mutating func receive(at now: Int) -> [Message] {
        let arriving = underway.enumerated().filter { $0.element.due <= now }
            .sorted { ($0.element.due, $0.offset) < ($1.element.due, $1.offset) }
        underway.removeAll { $0.due <= now }
        return arriving.map(\.element.message)
    }
}
