import Glibc
import ParleyDatagrams
import Synchronization
import TestNetworks
import Testing

@testable import ParleySockets

/// An actor on a loop that returns the thread it runs on.
private actor Resident {
    let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    var count = 0

    init(on loop: EventLoop) {
        self.loop = loop
    }

    func thread() -> UInt { currentThreadID() }
    func add() { count += 1 }
}

@Suite(.timeLimit(.minutes(5)))
struct EventLoopTests {
    /// The loop's thread.
    func thread(of loop: EventLoop) async -> UInt {
        await onLoop(loop) { currentThreadID() }
    }

    /// A loop that looks for events before it sleeps does all that one does that sleeps at once.
    @Test(arguments: [Duration.microseconds(20), .milliseconds(20), .seconds(60)])
    func spinsWithoutMissingAnything(spinning: Duration) async throws {
        let group = try EventLoopGroup(spinning: spinning)
        let resident = Resident(on: group.nextLoop())
        let clock = LoopClock(group: group)
        for round in 1...20 {
            await resident.add()
            #expect(await resident.count == round)
            let deadline = clock.now.advanced(by: .milliseconds(1))
            try await clock.sleep(until: deadline, tolerance: nil)
            #expect(clock.now >= deadline)
        }
        let network = SystemNetwork(loops: group)
        try await ConnectionManager.run(network: network) { manager in
            let socket = try await manager.openUDP(host: "127.0.0.1")
            for number in 0..<20 as Range<UInt8> {
                try await socket.send(Datagram(bytes: [number]), to: socket.localAddress)
                let echo = await socket.datagrams.first { _ in true }
                #expect(echo?.datagram.bytes == [number])
            }
        }
    }

    @Test func itsActorsRunOnItsThread() async throws {
        let loop = try EventLoop()
        let resident = Resident(on: loop)
        let expected = await thread(of: loop)
        for _ in 0..<100 { #expect(await resident.thread() == expected) }
        await onLoop(loop) {
            #expect(loop.isCurrent)
            resident.assumeIsolated { $0.add() }
        }
        #expect(!loop.isCurrent)
        #expect(await resident.count == 1)
    }

    @Test func aTaskTreeThatPrefersItStaysOnIt() async throws {
        let network = SystemNetwork()
        let loop = try #require(network.nextLoop() as? EventLoop)
        let resident = Resident(on: loop)
        let expected = await thread(of: loop)
        try await withTaskExecutorPreference(loop.taskExecutor) {
            #expect(currentThreadID() == expected)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        #expect(currentThreadID() == expected)
                        await resident.add()
                        #expect(currentThreadID() == expected)
                        try await network.clock.sleep(for: .milliseconds(number % 3))
                        #expect(currentThreadID() == expected)
                        await Task.yield()
                        #expect(currentThreadID() == expected)
                    }
                }
                async let child = currentThreadID()
                #expect(await child == expected)
                try await group.waitForAll()
            }
        }
    }

    @Test func anExecutorKeepsItsThread() async throws {
        // The loop itself is let go; a task on its executor must still run to its end.
        let executor = try EventLoop().taskExecutor
        let sum = await withTaskExecutorPreference(executor) {
            var sum = 0
            for number in 0..<100 {
                // Away, so that the loop has nothing to do meanwhile.
                await aside {}
                sum += number
            }
            return sum
        }
        #expect(sum == 4950)
    }

    @Test func sleepersWakeInOrder() async throws {
        let clock = SystemNetwork().clock
        let trace = Trace()
        let begin = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in [3, 1, 4, 2, 0] {
                group.addTask {
                    try await clock.sleep(
                        until: begin.advanced(by: .milliseconds(100 + 30 * number)),
                        tolerance: nil)
                    #expect(clock.now >= begin.advanced(by: .milliseconds(100 + 30 * number)))
                    trace.note(number)
                }
            }
            try await group.waitForAll()
        }
        #expect(trace.all.sorted() == [0, 1, 2, 3, 4])
    }

    @Test func sleepingEndsAtOnceWhenCancelled() async throws {
        let clock = SystemNetwork().clock
        let sleepers = (0..<100).map { _ in
            Task { try await clock.sleep(for: .seconds(Int64.max / 4)) }
        }
        for (index, sleeper) in sleepers.enumerated() {
            if index.isMultiple(of: 2) { await Task.yield() }
            sleeper.cancel()
        }
        for sleeper in sleepers {
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        }
    }

    @Test(arguments: [Int64.min, -1, 0, 1])
    func sleepingUntilThePastEndsAtOnce(nanoseconds: Int64) async throws {
        let network = SystemNetwork()
        let past = NetworkInstant(nanoseconds: nanoseconds)
        try await network.clock.sleep(until: past, tolerance: nil)
        try await withTaskExecutorPreference(network.nextLoop().taskExecutor) {
            try await network.clock.sleep(until: past, tolerance: nil)
        }
    }

    @Test func aTimerThatSetsItselfAnewDoesNotKeepTheLoop() async throws {
        let loop = try EventLoop()
        let again = Restless(loop: loop)
        await onLoop(loop) { again.run() }
        // The loop still serves others meanwhile.
        for _ in 0..<100 { #expect(await thread(of: loop) != 0) }
        #expect(await eventually { again.rounds.load(ordering: .relaxed) > 10 })
        again.mayStop.store(true, ordering: .relaxed)
    }

    @Test func timersRunInOrderAndCancelledOnesNever() async throws {
        let loop = try EventLoop()
        let trace = Trace()
        let done = Promise<Void>()
        await onLoop(loop) {
            let now = loop.now
            for number in [2, 0, 1, 3] {
                _ = loop.schedule(at: now.advanced(by: .milliseconds(number))) {
                    trace.note(number)
                }
            }
            let never = loop.schedule(at: now.advanced(by: .microseconds(1500))) { trace.note(9) }
            loop.cancel(never)
            _ = loop.schedule(at: .init(nanoseconds: .max)) { trace.note(8) }
            _ = loop.schedule(at: now.advanced(by: .milliseconds(5))) { done.fulfil(()) }
        }
        try await done.value()
        #expect(trace.all == [0, 1, 2, 3])
    }

    @Test func noWakeUpIsLost() async throws {
        let loop = try EventLoop()
        // One at a time, so that the loop goes to sleep in between.
        for round in 0..<5000 {
            let echo = await onLoop(loop) { round }
            #expect(echo == round)
        }
        // Many at a time.
        let tally = Tally(total: 8 * 5000)
        await withDiscardingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<5000 { loop.execute { tally.note() } } }
            }
        }
        try await tally.isComplete.value()
    }

    @Test func whatOneThreadExecutesKeepsItsOrder() async throws {
        let loop = try EventLoop()
        let trace = Trace()
        for number in 0..<1000 { loop.execute { trace.note(number) } }
        await onLoop(loop) {}
        #expect(trace.all == Array(0..<1000))
    }

    @Test func aGroupHandsItsLoopsOutInTurn() throws {
        let group = try EventLoopGroup(threads: 3)
        let handed = (0..<6).map { _ in ObjectIdentifier(group.nextLoop()) }
        #expect(Set(handed).count == 3)
        #expect(Array(handed[..<3]) == Array(handed[3...]))
    }
}

/// Counts up to a total.
private final class Tally: Sendable {
    let isComplete = Promise<Void>()
    private let total: Int
    private let count = Atomic(0)

    init(total: Int) {
        self.total = total
    }

    func note() {
        if count.add(1, ordering: .relaxed).newValue == total { isComplete.fulfil(()) }
    }
}

/// A timer that is always due.
private final class Restless: Sendable {
    let loop: EventLoop
    let rounds = Atomic(0)
    let mayStop = Atomic(false)

    init(loop: EventLoop) {
        self.loop = loop
    }

    func run() {
        rounds.add(1, ordering: .relaxed)
        guard !mayStop.load(ordering: .relaxed) else { return }
        _ = loop.schedule(at: loop.now) { self.run() }
    }
}
