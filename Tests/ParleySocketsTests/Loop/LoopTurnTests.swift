import Foundation
import Synchronization
import TestNetworks
import Testing

@testable import ParleySockets

/// The bounds of a loop's turn, and the loop's bookkeeping of descriptors.
@Suite(.timeLimit(.minutes(5)))
struct LoopTurnTests {
    /// A thousand pieces of work that became ready together, each of a tenth of a millisecond.
    @Test func aTimerDoesNotWaitForAllTheWorkOfARound() async throws {
        let loop = try EventLoop()
        let done = Promise<Int>()
        let count = Mutex(0)
        await onLoop(loop) {
            let clock = MonotonicTime()
            _ = loop.schedule(at: loop.now.advanced(by: .milliseconds(1))) {
                done.fulfil(count.withLock { $0 })
            }
            for _ in 0..<1_000 {
                loop.execute {
                    let end = clock.now.advanced(by: .microseconds(100))
                    while clock.now < end {}
                    count.withLock { $0 += 1 }
                }
            }
        }
        // A turn ends after a millisecond, give or take the items between two looks at the clock.
        #expect(try await done.value() < 100)
        #expect(await eventually { count.withLock { $0 } == 1_000 })
    }

    /// The work that a turn leaves comes before work that was added meanwhile.
    @Test func workThatATurnLeavesKeepsItsOrder() async throws {
        let loop = try EventLoop()
        let order = Mutex<[Int]>([])
        await onLoop(loop) {
            let clock = MonotonicTime()
            for number in 0..<100 {
                loop.execute {
                    let end = clock.now.advanced(by: .microseconds(100))
                    while clock.now < end {}
                    order.withLock { $0.append(number) }
                    loop.execute { order.withLock { $0.append(100 + number) } }
                }
            }
        }
        #expect(await eventually { order.withLock { $0.count } == 200 })
        #expect(order.withLock { $0 } == Array(0..<200))
    }

    @Test func spinningForEverIsNoOverflow() async throws {
        let loop = try EventLoop(spinning: .seconds(Int64.max))
        for round in 0..<10 { #expect(await onLoop(loop) { round } == round) }
    }

    /// The poller keeps a descriptor of which nothing is wanted: to watch it again takes no memory of
    /// the system's, which it could refuse, and the connection would be deaf for ever.
    @Test func aPausedDescriptorStaysWithThePoller() async throws {
        let loop = try EventLoop()
        let port = try await onLoop(loop) {
            let port = try loop.openDatagrams(at: .loopback(port: 0), options: [])
            try port.start(SilentHandler(), reading: true, writing: false)
            port.setReading(false)
            return port as? SystemPort
        }
        let descriptor = try #require(port).descriptor
        #expect(Self.watchedDescriptors(of: loop).contains(descriptor))
        await onLoop(loop) { port?.close() }
        #expect(!Self.watchedDescriptors(of: loop).contains(descriptor))
    }

    /// The descriptors that the loop's poller watches, as the kernel lists them. Other tests use the number
    /// of a closed one at once, with their own loops.
    private static func watchedDescriptors(of loop: EventLoop) -> Set<Int32> {
        let file = "/proc/self/fdinfo/\(loop.core.poller)"
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        var found: Set<Int32> = []
        for line in text.split(separator: "\n") where line.hasPrefix("tfd:") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            if words.count > 1, let number = Int32(words[1]) { found.insert(number) }
        }
        return found
    }

    /// A hang-up of a socket of which nothing is wanted is not reported over and over.
    @Test func aHangUpDoesNotKeepTheLoopBusy() async throws {
        let handler = SilentHandler()
        let network = SystemNetwork()
        let loop = try #require(network.nextLoop() as? EventLoop)
        try await ConnectionManager.run { manager in
            let listener = try await manager.listen(host: "127.0.0.1")
            let address = listener.localAddress
            let port = try await onLoop(loop) { try loop.openStream(to: address, options: []) }
            let accepted = try #require(await listener.connections.first { _ in true })
            try await onLoop(loop) { try port.start(handler, reading: false, writing: false) }
            await accepted.abort()
            let polls = await onLoop(loop) { loop.core.polls }
            for _ in 0..<10 { try await network.clock.sleep(for: .milliseconds(1)) }
            #expect(await onLoop(loop) { loop.core.polls } - polls < 100)
            await onLoop(loop) { port.close() }
        }
    }

    @Test func onlyTheLoopsThreadMayTouchItsTimers() async {
        await #expect(processExitsWith: .failure) {
            let loop = try EventLoop()
            _ = loop.schedule(at: loop.now) {}
        }
        await #expect(processExitsWith: .failure) {
            let loop = try EventLoop()
            _ = try loop.openDatagrams(at: .loopback(port: 0), options: [])
        }
    }
}

/// A handler that does nothing.
private final class SilentHandler: PortHandler {
    func portBecameReadable() {}
    func portBecameWritable() {}
}
