import Glibc
import Parley

/// Faults on request: zones and world servers that die, a world server that stands still, and a database that fails over.
struct Mischief: Sendable {
    let killEvery: Duration?
    let killWorldEvery: Duration?
    let stopWorld: Duration?
    let failOverEvery: Duration?

    private static let stopAfter = Duration.seconds(5)

    /// Does what was asked for, and then waits until cancelled.
    func run(on crew: Crew, _ database: RealmDatabase?, _ clock: any NetworkClock) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let killEvery {
                group.addTask {
                    while true {
                        try await clock.sleep(for: killEvery)
                        killOne(of: crew)
                    }
                }
            }
            if let killWorldEvery {
                group.addTask {
                    while true {
                        try await clock.sleep(for: killWorldEvery)
                        killOneWorld(of: crew)
                    }
                }
            }
            if let stopWorld { group.addTask { try await stop(crew, for: stopWorld, clock) } }
            if let failOverEvery, let database {
                group.addTask {
                    while true {
                        try await clock.sleep(for: failOverEvery)
                        try await database.failOver { crew.say($0) }
                    }
                }
            }
            group.addTask { try await crew.untilEnd(clock) }
            defer { group.cancelAll() }
            while try await group.next() != nil {}
        }
    }

    private func killOne(of crew: Crew) {
        let zones = crew.members.values.compactMap { member -> (Child, ZoneReport)? in
            guard case .zone(let report) = member.report, report.incarnation != nil else {
                return nil
            }
            return (member.child, report)
        }
        guard let (child, report) = zones.randomElement() else { return }
        crew.say("\(report.zone) is killed, with \(report.players) players")
        child.send(SIGKILL)
    }

    /// Kills one of the world servers that have reported since their start, if another one has.
    private func killOneWorld(of crew: Crew) {
        let worlds = crew.members.filter { $0.key.isWorld && $0.value.report != nil }
        guard worlds.count > 1, let (role, member) = worlds.randomElement() else { return }
        crew.say("\(role) is killed")
        member.child.send(SIGKILL)
    }

    private func stop(_ crew: Crew, for duration: Duration, _ clock: any NetworkClock) async throws
    {
        try await clock.sleep(for: Self.stopAfter)
        guard let child = crew[.world(0)]?.child else { return }
        let isAlone = crew.members.keys.count(where: \.isWorld) == 1
        let name = isAlone ? "the world server" : "\(Role.world(0))"
        crew.say("\(name) is stopped")
        child.send(SIGSTOP)
        defer { child.send(SIGCONT) }
        try await clock.sleep(for: duration)
        crew.say("\(name) goes on")
    }
}
