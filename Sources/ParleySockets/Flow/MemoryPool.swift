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
    func take() -> Datagram { take { _ in true } }

    /// Takes an empty block for so many bytes, and not for far fewer: a datagram keeps all of the block
    /// that it is in.
    func take(for count: Int) -> Datagram {
        take { $0 >= count && $0 / Self.mostTimes <= count }
    }

    private static let mostTimes = 4

    /// How many blocks one call looks at that may be referred to.
    private static let mostTries = 8

    private func take(where isWanted: (_ capacity: Int) -> Bool) -> Datagram {
        state.withLock { state in
            var (index, tries) = (0, 0)
            while index < state.blocks.count, tries < Self.mostTries {
                guard isWanted(state.blocks[index].capacity) else {
                    index += 1
                    continue
                }
                tries += 1
                var block = state.blocks.remove(at: index)
                guard block.isUnshared() else {
                    // A received datagram still refers to it. It is free later.
                    state.blocks.append(block)
                    continue
                }
                state.byteCount -= block.capacity
                block.removeAll(keepingCapacity: true)
                return block
            }
            return Datagram()
        }
    }

    /// Gives back the memory of `block`, and leaves it without. The oldest blocks make room for it.
    func give(_ block: inout Datagram) {
        let capacity = block.capacity
        state.withLock { state in
            guard capacity > 0, capacity <= Self.limit else { return }
            while state.byteCount + capacity > Self.limit {
                state.byteCount -= state.blocks.removeFirst().capacity
            }
            state.byteCount += capacity
            state.blocks.append(block)
        }
        block = Datagram()
    }
}
