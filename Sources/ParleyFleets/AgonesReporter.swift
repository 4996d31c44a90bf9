public import ParleySockets

/// Tells Agones, which runs game servers in Kubernetes, how this process is: ready, healthy, and at last to be shut down.
///
/// It speaks the REST interface of the sidecar that Agones puts beside each process, at a port of this machine:
/// agones.dev/site/docs/guides/client-sdks/rest. The sidecar may start later than the process, and may restart:
/// each call is repeated until it was answered.
///
/// ```swift
/// if let agones = AgonesReporter.fromEnvironment(ProcessInfo.processInfo.environment) {
///     group.addTask { try await agones.run { _ = try await server.ready() } }
/// }
/// ```
public actor AgonesReporter {
    /// The environment variable that has the sidecar's port.
    public static let portVariable = "AGONES_SDK_HTTP_PORT"

    private let sidecar: SidecarPort
    private let clock: any NetworkClock
    private let healthInterval: Duration
    private let patience: Duration
    private var counts = AgonesStatistics()

    /// A reporter to a sidecar.
    ///
    /// - Parameters:
    ///   - port: The sidecar's port at 127.0.0.1.
    ///   - healthInterval: The time from one word of health to the next: less than a third of the fleet's `periodSeconds`.
    ///   - patience: How long a call may take.
    ///   - network: The system's sockets, or a simulation's.
    public init(
        port: UInt16, healthInterval: Duration = .seconds(2), patience: Duration = .seconds(2),
        network: any Network = SystemNetwork()
    ) {
        sidecar = SidecarPort(port: port, network: network)
        clock = network.clock
        self.healthInterval = healthInterval
        self.patience = patience
    }

    /// The reporter that the environment of a process asks for; nil outside of a fleet.
    public static func fromEnvironment(
        _ environment: [String: String], network: any Network = SystemNetwork()
    ) -> AgonesReporter? {
        guard let port = environment[portVariable].flatMap({ UInt16($0) }), port > 0 else {
            return nil
        }
        return AgonesReporter(port: port, network: network)
    }

    /// What the sidecar was told so far.
    public var statistics: AgonesStatistics { counts }

    /// Says that the process is ready, once it is, and that it is healthy from the start on, until the task is cancelled.
    ///
    /// - Parameter ready: Returns when players can connect.
    /// - Throws: The error of `ready`, or `CancellationError`.
    public func run(ready: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await ready()
                try await self.repeatUntilTold(.ready)
            }
            group.addTask { try await self.keepHealthy() }
            while try await group.next() != nil {}
        }
    }

    /// Says that the process ends and is not to be kept. It is tried for that long, and failing is no error: a process that
    /// ends is seen by Kubernetes as well.
    ///
    /// - Returns: Whether the sidecar has heard it.
    @discardableResult
    public func shutDown(within limit: Duration = .seconds(5)) async -> Bool {
        let isTold = await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await self.repeatUntilTold(.shutdown)) != nil }
            group.addTask {
                try? await self.pause(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        return isTold
    }

    private func keepHealthy() async throws {
        while true {
            await tell(.health)
            try await pause(for: healthInterval)
        }
    }

    private func repeatUntilTold(_ word: SidecarPort.Word) async throws {
        while await !tell(word) { try await pause(for: Self.retryInterval) }
    }

    private static let retryInterval = Duration.seconds(1)

    /// Says a word.
    ///
    /// - Returns: Whether the sidecar took it.
    @discardableResult
    private func tell(_ word: SidecarPort.Word) async -> Bool {
        let isTold = await sidecar.tell(word, within: patience)
        guard isTold else {
            counts.failures += 1
            return false
        }
        switch word {
        case .ready: counts.isReady = true
        case .health: counts.healths += 1
        case .shutdown: counts.isShutDown = true
        }
        return true
    }

    private func pause(for time: Duration) async throws {
        try await clock.sleep(until: clock.now.advanced(by: time), tolerance: nil)
    }
}

/// What a sidecar has been told.
public struct AgonesStatistics: Hashable, Sendable {
    /// Whether it knows that the process is ready.
    public internal(set) var isReady = false
    /// How often it has heard that the process is healthy.
    public internal(set) var healths: UInt64 = 0
    /// Whether it knows that the process ends.
    public internal(set) var isShutDown = false
    /// Calls that it did not take.
    public internal(set) var failures: UInt64 = 0
}
