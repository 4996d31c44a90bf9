internal import Synchronization

/// A group of event loops, handed out in turn.
///
/// A game on one loop never changes threads. More loops serve more sockets than one core can, or a
/// broadcaster beside the world.
package final class EventLoopGroup: Sendable {
    /// The loops.
    package let loops: [EventLoop]
    private let next = Atomic<Int>(0)

    /// Starts `threads` loops.
    ///
    /// - Parameters:
    ///   - threads: How many, at least one.
    ///   - spinning: How long each looks for events before it sleeps; see `EventLoop`.
    /// - Throws: The system's refusal of a thread or descriptor.
    package init(threads: Int = 1, spinning: Duration = .zero) throws(SystemError) {
        precondition(threads > 0, "a group has at least one loop")
        var loops: [EventLoop] = []
        let machine = SystemMachine()
        for number in 1...threads {
            loops.append(
                try EventLoop(
                    name: "parley-\(number)", spinning: spinning, machine: machine))
        }
        self.loops = loops
    }

    /// The loop after the one handed out before.
    package func nextLoop() -> EventLoop {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return loops[Int(UInt(bitPattern: turn) % UInt(loops.count))]
    }

    /// The loop of this group that the caller runs on, if there is one.
    var current: EventLoop? {
        loops.first { $0.isCurrent }
    }
}
