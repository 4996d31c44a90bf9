package import ParleyProtocol

/// A plain client's commands between two steps: the newest few, in the order of their sequence.
package struct CommandInbox<Command: Sendable>: Sendable {
    /// The result of putting a command in.
    package enum Outcome: Hashable, Sendable {
        /// It waits for the next step.
        case accepted
        /// It waits, and the oldest was dropped for it.
        case replacedOldest
        /// A newer one came before it, or it came twice.
        case stale
    }

    private let capacity: Int
    private var waiting: [(sequence: UInt32, command: Command)] = []

    /// Whether nothing waits.
    package var isEmpty: Bool { waiting.isEmpty }

    /// The newest sequence that was accepted, 0 before the first.
    package private(set) var newestReceived: UInt32 = 0

    /// The newest sequence that a step took, 0 before the first.
    package private(set) var newestApplied: UInt32 = 0

    /// An inbox for so many commands a step, at least one.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Puts a command in.
    package mutating func accept(_ command: Command, sequence: UInt32) -> Outcome {
        guard sequence > newestReceived else { return .stale }
        newestReceived = sequence
        waiting.append((sequence, command))
        guard waiting.count > capacity else { return .accepted }
        waiting.removeFirst()
        return .replacedOldest
    }

    /// Takes the oldest of the newest few, for a step with exactly one command.
    ///
    /// - Parameter most: How many may wait for later steps. Older ones are dropped, so that a client
    ///   that sends too many is not always late.
    package mutating func takeOne(leaving most: Int) -> (sequence: UInt32, command: Command)? {
        if waiting.count > most + 1 { waiting.removeFirst(waiting.count - most - 1) }
        guard !waiting.isEmpty else { return nil }
        let first = waiting.removeFirst()
        newestApplied = first.sequence
        return first
    }

    /// Takes all waiting commands.
    package mutating func takeAll(
        of player: PlayerID, into commands: inout [PlayerCommand<Command>]
    ) {
        guard let last = waiting.last else { return }
        newestApplied = last.sequence
        for entry in waiting {
            commands.append(
                PlayerCommand(player: player, sequence: entry.sequence, command: entry.command))
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
