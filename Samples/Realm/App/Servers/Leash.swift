import Parley
import SampleSupport

/// What ends a process of the realm: a signal, its time, or the end of the supervisor that holds its standard input.
struct Leash: Sendable {
    let signals: Signals
    let seconds: UInt32?
    let isSupervised: Bool

    init(_ arguments: Arguments, _ signals: Signals) {
        self.signals = signals
        seconds = arguments[Options.seconds]
        isSupervised = arguments[Options.supervised]
    }

    /// Runs tasks until the first of them ends, or until the end is due. All of them end then.
    ///
    /// - Parameters:
    ///   - heedsSignals: Whether a signal ends the tasks, and is not theirs to hear.
    ///   - hear: Takes the supervisor's lines.
    ///   - tasks: What the process does.
    func hold(
        _ clock: any NetworkClock, heedsSignals: Bool = true,
        hear: @escaping @Sendable (String) async -> Void = { _ in },
        _ tasks: [@Sendable () async throws -> Void]
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in tasks { group.addTask { try await task() } }
            if heedsSignals { group.addTask { await signals.endRequest() } }
            if let seconds { group.addTask { try await clock.sleep(for: .seconds(seconds)) } }
            if isSupervised {
                group.addTask { for await line in StandardInput.lines { await hear(line) } }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// Says which option helps when a port is in use.
func namingPorts(
    option: String = "--port-base N", _ body: () async throws -> Void
) async throws {
    do {
        try await body()
    } catch {
        guard let place = place(inUse: error) else { throw error }
        let port = place.split(separator: ":").last ?? ""
        throw Failure(
            "port \(port) is in use, maybe by another realm; choose others with \(option)")
    }
}

/// The address that was in use; nil for another error.
private func place(inUse error: any Error) -> String? {
    let opening =
        if case .open(let error) = error as? ListenError { error } else { error as? OpenError }
    return opening?.error == .addressInUse ? opening?.place : nil
}
