internal import ParleyDatagrams
internal import Synchronization

/// Blocks of memory that the connections of a manager lend each other while they are busy, so that
/// an idle connection holds none.
///
/// A block may be given back while received datagrams still refer to it. It is lent again once
/// nothing refers to it.
final class MemoryPool: Sendable {
    private struct State {
        var blocks: [Datagram] = []
        var byteCount = 0
    }

    private let state = Mutex(State())

    /// The bytes that the pool keeps at most.
    static let limit = 1 << 20
    /// The bytes that a connection keeps for itself, so that a quiet connection never allocates.
    static let ownCapacity = 512

    /// Takes an empty block, or an empty datagram without memory if there is none.
    func take() -> Datagram {
        state.withLock { state in
            while !state.blocks.isEmpty {
                var block = state.blocks.removeFirst()
                state.byteCount -= block.capacity
                // Gives the block up if a datagram still refers to it.
                block.removeAll(keepingCapacity: true)
                if block.capacity > 0 { return block }
            }
            return Datagram()
        }
    }

    /// Gives back the memory of `block`, and leaves it without.
    func give(_ block: inout Datagram) {
        let capacity = block.capacity
        state.withLock { state in
            guard capacity > 0, state.byteCount + capacity <= Self.limit else { return }
            state.byteCount += capacity
            state.blocks.append(block)
        }
        block = Datagram()
    }
}
