import ParleyDatagrams
import ParleyFleets
import ParleySimulation
import ParleySockets
import Synchronization
import Testing

/// A stand-in for Agones' sidecar: it speaks the documented REST interface, and is not Agones.
final class StandInSidecar: Sendable {
    /// What it was told, in order.
    let words = Mutex<[String]>([])
    /// What it answers: 200, or another status.
    let status = Mutex(200)
    /// Whether it answers at all.
    let isSilent = Mutex(false)

    static let port: UInt16 = 9_358

    /// Serves on a host until cancelled.
    func run(on network: any Network) async throws {
        try await ConnectionManager.run(network: network) { manager in
            let listener = try await manager.listen(
                host: "127.0.0.1", port: Self.port, options: ConnectionOptions(framing: .raw))
            try await listener.serve { connection in
                var text = ""
                for await bytes in connection.datagrams {
                    text += String(decoding: Array(bytes.bytes), as: UTF8.self)
                    guard text.hasSuffix("\r\n\r\n{}") else { continue }
                    guard !self.isSilent.withLock({ $0 }) else { continue }
                    let status = self.status.withLock { $0 }
                    if status == 200, let word = Self.word(of: text) {
                        self.words.withLock { $0.append(word) }
                    }
                    let answer =
                        "HTTP/1.1 \(status) Whatever\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 2\r\n\r\n{}"
                    try await connection.send(Datagram(bytes: Array(answer.utf8)))
                }
            }
        }
    }

    /// The word of a request as the interface has it; nil for any other.
    private static func word(of request: String) -> String? {
        let lines = request.split(separator: "\r\n").map(String.init)
        guard lines.contains("Content-Type: application/json"),
            lines.contains("Content-Length: 2"), lines.contains("Host: localhost:\(port)")
        else { return nil }
        return ["ready", "health", "shutdown"].first { lines[0] == "POST /\($0) HTTP/1.1" }
    }
}

/// The life of a process, as Agones hears it.
@Suite struct AgonesReporterTests {
    /// Runs a reporter beside what a test does.
    private static func report<Result: Sendable>(
        seed: UInt64 = 1,
        _ body:
            @escaping @Sendable (Simulation, StandInSidecar, AgonesReporter, Promise<Bool>)
            async throws -> Result
    ) throws -> Result {
        let simulation = Simulation(seed: seed)
        return try simulation.run { simulation in
            let sidecar = StandInSidecar()
            let ready = Promise<Bool>()
            let reporter = AgonesReporter(
                port: StandInSidecar.port, network: simulation.host("pod"))
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask {
                    try await reporter.run { _ = try await ready.value() }
                    return nil
                }
                group.addTask { try await body(simulation, sidecar, reporter, ready) }
                defer { group.cancelAll() }
                while let result = try await group.next() {
                    if let result { return result }
                }
                throw CancellationError()
            }
        }
    }

    /// Runs the sidecar beside a body.
    private static func with<Result: Sendable>(
        _ sidecar: StandInSidecar, on network: any Network,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await sidecar.run(on: network)
                return nil
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// It is healthy while it loads, and ready when it can be played.
    @Test func aProcessIsReadyHealthyAndShutDown() throws {
        let (early, words, counts) = try Self.report { simulation, sidecar, reporter, ready in
            try await Self.with(sidecar, on: simulation.host("pod")) {
                try await simulation.clock.sleep(for: .seconds(7))
                let early = sidecar.words.withLock { $0 }
                ready.fulfil(true)
                try await simulation.clock.sleep(for: .seconds(4))
                #expect(await reporter.shutDown())
                return (early, sidecar.words.withLock { $0 }, await reporter.statistics)
            }
        }
        #expect(early.count >= 3 && Set(early) == ["health"])
        #expect(words.count { $0 == "ready" } == 1 && words.last == "shutdown")
        #expect(words.count { $0 == "health" } >= 5)
        #expect(counts.isReady && counts.isShutDown && counts.healths >= 5)
    }

    /// The sidecar starts later than the process, and answers with errors at first.
    @Test func aLateSidecarHearsAll() throws {
        let (words, failures) = try Self.report { simulation, sidecar, reporter, ready in
            ready.fulfil(true)
            try await simulation.clock.sleep(for: .seconds(20))
            let failures = await reporter.statistics.failures
            sidecar.status.withLock { $0 = 503 }
            return try await Self.with(sidecar, on: simulation.host("pod")) {
                try await simulation.clock.sleep(for: .seconds(5))
                #expect(sidecar.words.withLock { $0 }.isEmpty)
                sidecar.status.withLock { $0 = 200 }
                try await simulation.clock.sleep(for: .seconds(5))
                return (sidecar.words.withLock { $0 }, failures)
            }
        }
        #expect(failures > 10)
        #expect(words.count { $0 == "ready" } == 1 && words.contains("health"))
    }

    /// A sidecar that hangs holds nothing up for longer than its time.
    @Test func aSilentSidecarHoldsNothingUp() throws {
        let (isTold, time, words) = try Self.report { simulation, sidecar, reporter, ready in
            ready.fulfil(true)
            sidecar.isSilent.withLock { $0 = true }
            return try await Self.with(sidecar, on: simulation.host("pod")) {
                try await simulation.clock.sleep(for: .seconds(3))
                let start = simulation.clock.now
                let isTold = await reporter.shutDown(within: .seconds(5))
                let time = start.duration(to: simulation.clock.now)
                return (isTold, time, sidecar.words.withLock { $0 })
            }
        }
        #expect(!isTold && words.isEmpty)
        #expect(time >= .seconds(5) && time < .seconds(6))
    }

    @Test func onlyAFleetHasASidecar() {
        #expect(AgonesReporter.fromEnvironment([:]) == nil)
        for port in ["", "0", "70000", "x", "-1"] {
            #expect(AgonesReporter.fromEnvironment(["AGONES_SDK_HTTP_PORT": port]) == nil)
        }
        #expect(AgonesReporter.fromEnvironment(["AGONES_SDK_HTTP_PORT": "9358"]) != nil)
    }
}
