import ParleyProtocol
import Testing

@Suite struct HandleAllocatorTests {
    /// One bullet a tick must not wear out the generations of one place.
    @Test func aFreedSlotIsReusedOnlyWhenManyAreFree() throws {
        var handles = HandleAllocator()
        var lives: [Int: Int] = [:]
        for _ in 0..<10_000 {
            let next = handles.allocate()
            let handle = try #require(next)
            lives[handle.index, default: 0] += 1
            handles.release(handle)
        }
        #expect(lives.count == HandleAllocator.minimumFree)
        #expect(try #require(lives.values.max()) <= 10)
    }

    @Test func aHandleIsNotReusedForFourMillionSpawns() throws {
        var handles = HandleAllocator()
        let spawned = handles.allocate()
        let kept = try #require(spawned)
        handles.release(kept)
        for _ in 0..<100_000 {
            let next = handles.allocate()
            let handle = try #require(next)
            #expect(handle != kept)
            handles.release(handle)
        }
    }

    @Test func slotsAreReusedInTheOrderOfTheirRelease() throws {
        var handles = HandleAllocator()
        var given: [EntityHandle] = []
        for _ in 0..<HandleAllocator.minimumFree {
            let next = handles.allocate()
            given.append(try #require(next))
        }
        for handle in given.reversed() { handles.release(handle) }
        for handle in given.reversed() {
            let next = handles.allocate()
            let again = try #require(next)
            #expect(again.index == handle.index)
            #expect(again.generation == 1)
            // The next one is free as well, so that enough wait.
            handles.release(again)
        }
    }

    /// When every place has been used, a free one need not wait.
    @Test func allSlotsCanBeUsed() throws {
        let stride = EntityHandle.maximumCount / 128
        var handles = HandleAllocator(stride: stride, offset: 3)
        var given: [EntityHandle] = []
        while let handle = handles.allocate() { given.append(handle) }
        #expect(given.count == 128)
        #expect(Set(given.map(\.index)).count == 128)
        #expect(given.allSatisfy { $0.index % stride == 3 })
        handles.release(given[7])
        let next = handles.allocate()
        let again = try #require(next)
        #expect(again.index == given[7].index)
        #expect(again != given[7])
        #expect(handles.allocate() == nil)
    }
}
