import ParleyDatagrams
import Testing

@testable import ParleySockets

struct MemoryPoolTests {
    @Test func lendsABlockAgainOnceNothingRefersToIt() {
        let pool = MemoryPool()
        #expect(pool.take().capacity == 0)
        var block = Datagram(minimumCapacity: 1000)
        block.append(UInt64(7))
        let slice = block.slice(0..<4)
        pool.give(&block)
        #expect(block.capacity == 0)
        // The slice still refers to the block, so its bytes must not be written over.
        #expect(pool.take().capacity == 0)
        #expect(slice.bytes == [7, 0, 0, 0])
        var other = Datagram(minimumCapacity: 1000)
        pool.give(&other)
        let taken = pool.take()
        #expect(taken.capacity >= 1000 && taken.isEmpty)
    }

    /// A busy connection gives the block of a read back before its datagrams are through.
    @Test func keepsABlockThatIsReferredToForLater() {
        let pool = MemoryPool()
        var block = Datagram(minimumCapacity: 1_000)
        block.append(UInt64(7))
        do {
            let slice = block.slice(0..<4)
            pool.give(&block)
            #expect(pool.take().capacity == 0)
            #expect(slice.bytes == [7, 0, 0, 0])
        }
        #expect(pool.take().capacity >= 1_000)
    }

    /// Blocks that are referred to for long stand in nobody's way.
    @Test func findsAFreeBlockBehindMany() {
        let pool = MemoryPool()
        var kept: [Datagram] = []
        for _ in 0..<20 {
            var block = Datagram(minimumCapacity: 1_000)
            block.append(UInt64(7))
            kept.append(block.slice(0..<4))
            pool.give(&block)
        }
        var free = Datagram(minimumCapacity: 1_000)
        pool.give(&free)
        let found = (0..<3).contains { _ in pool.take().capacity > 0 }
        #expect(found)
        #expect(kept.allSatisfy { $0.bytes == [7, 0, 0, 0] })
    }

    @Test func keepsNoMoreThanItsLimit() {
        let pool = MemoryPool()
        for _ in 0..<100 {
            var block = Datagram(minimumCapacity: 100_000)
            pool.give(&block)
        }
        var total = 0
        while case let block = pool.take(), block.capacity > 0 { total += block.capacity }
        #expect(total > MemoryPool.limit / 2 && total <= MemoryPool.limit)
    }

    /// A datagram that is kept keeps its whole block, so a few bytes get none of many.
    @Test func lendsNoMuchLargerBlockThanIsNeeded() {
        let pool = MemoryPool()
        var block = Datagram(minimumCapacity: 100_000)
        pool.give(&block)
        #expect(pool.take(for: 1_000).capacity == 0)
        #expect(pool.take(for: 200_000).capacity == 0)
        #expect(pool.take(for: 50_000).capacity >= 100_000)
        #expect(pool.take().capacity == 0)
    }

    /// Or blocks that nobody asks for would keep out those that are asked for.
    @Test func theOldestBlocksMakeRoom() {
        let pool = MemoryPool()
        var large = Datagram(minimumCapacity: MemoryPool.limit - 1_000)
        pool.give(&large)
        var small = Datagram(minimumCapacity: 2_000)
        pool.give(&small)
        #expect(pool.take(for: 2_000).capacity >= 2_000)
        #expect(pool.take().capacity == 0)
    }

    @Test func aDecoderBetweenFramesLivesWithoutMemory() throws {
        let pool = MemoryPool()
        var decoder = FrameDecoder(framing: .lengthPrefixed(.uint16))
        let bytes = [UInt8](repeating: 0, count: 4000)
        for _ in 0..<3 {
            if decoder.hasNoMemory { decoder.adopt(pool.take(for: bytes.count)) }
            var count = 0
            try decoder.receive(bytes.span) { _ in count += 1 }
            #expect(count == 2000)
            let memory = decoder.releaseMemory(over: MemoryPool.ownCapacity)
            var block = try #require(memory)
            #expect(decoder.hasNoMemory)
            // What it gives up is the block itself, or a pool would lend nothing.
            #expect(block.capacity >= bytes.count && block.isEmpty)
            pool.give(&block)
        }
        // Within a frame a decoder keeps its memory, and it always keeps small memory.
        try decoder.receive([200, 1, 2].span) { _ in }
        let unfinished = decoder.releaseMemory(over: 0)
        #expect(unfinished == nil)
        var small = FrameDecoder(framing: .lengthPrefixed(.uint16))
        try small.receive([1, 0, 9].span) { _ in }
        let own = small.releaseMemory(over: MemoryPool.ownCapacity)
        #expect(own == nil)
    }
}
