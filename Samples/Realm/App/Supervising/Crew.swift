import Parley
import Synchronization

/// The child processes as they are now, and what they have said last.
final class Crew: Sendable {
    /// A process and its newest report.
    struct Member: Sendable {
        var child: Child
        var report: ServerReport?
    }

    private struct State: Sendable {
        var members: [Role: Member] = [:]
        var isEnding = false
        /// What has happened, for the next who prints it. The newest 64.
        var events: [String] = []
    }

    private let state = Mutex(State())
    /// Starts a process; nil when the realm is ending already.
    func start(_ role: Role, _ words: [String]) throws -> Child? {
        try state.withLock { state in
            guard !state.isEnding else { return nil }
            let child = try Child(words)
            state.members[role] = Member(child: child)
            return child
        }
    }

    /// Begins the end: no process is started from now on, and those that run are asked to end.
    func end() {
        let children = state.withLock { state in
            state.isEnding = true
            return state.members.values.map(\.child)
        }
        for child in children { child.end() }
    }

    var isEnding: Bool { state.withLock { $0.isEnding } }

    /// Waits until the realm is to end, looking now and then.
    func untilEnd(_ clock: any NetworkClock) async throws {
        while !isEnding { try await clock.sleep(for: .milliseconds(50)) }
    }

    /// Takes a report of the process that now has a role.
    func note(_ report: ServerReport, of role: Role) {
        state.withLock { $0.members[role]?.report = report }
    }

    /// Forgets a process that has ended, and returns its last report.
    func remove(_ role: Role) -> ServerReport? {
        state.withLock { $0.members.removeValue(forKey: role)?.report }
    }

    var members: [Role: Member] { state.withLock { $0.members } }

    subscript(role: Role) -> Member? { state.withLock { $0.members[role] } }

    /// Adds a line for whoever shows what happens.
    func say(_ event: String) {
        state.withLock { state in
            state.events.append(event)
            if state.events.count > 64 { state.events.removeFirst() }
        }
    }

    /// The lines since the last call.
    func takeEvents() -> [String] {
        state.withLock { state in
            defer { state.events = [] }
            return state.events
        }
    }
}
