import Foundation
import Glibc
import Parley
import RealmGame

/// A realm of real processes, and what its supervisor has said.
final class RunningRealm {
    let program: Program
    let port: UInt16
    /// All processes that were started, the newest of each role last.
    private(set) var processes: [(role: String, identifier: Int32)] = []
    /// How processes ended, in the supervisor's words.
    private(set) var endings: [String] = []
    /// The players of each zone, by the newest line.
    private(set) var players: [String: Int] = [:]
    /// The newest numbers of the bots.
    private(set) var playing = 0
    private(set) var crossings = 0
    private(set) var silences = ""
    /// The newest 40 lines, to tell why a realm did not do what was expected.
    private(set) var lines: [String] = []

    init(_ words: String..., folder: String? = nil) async throws {
        port = try await Self.freePorts()
        program = try Program(
            words + ["--port-base", "\(port)"] + (folder.map { ["--folder", $0] } ?? []),
            of: "realm")
    }

    /// The first of as many ports in a row as a realm with two world servers needs, below those that the system gives away.
    static func freePorts() async throws -> UInt16 {
        while true {
            let first = UInt16.random(in: 20_000..<30_000)
            let manager = ConnectionManager()
            do {
                for offset in 0..<UInt16(RealmMap.portCount(worlds: 2)) {
                    _ = try await manager.listen(host: "127.0.0.1", port: first + offset)
                }
                await manager.shutdown(within: .seconds(1))
                return first
            } catch {
                await manager.shutdown(within: .seconds(1))
            }
        }
    }

    /// Reads the supervisor's lines until one of them makes a condition true.
    ///
    /// - Returns: That line; nil if the supervisor ended before.
    @discardableResult
    func until(_ condition: (String) -> Bool) async -> String? {
        for await line in program.lines {
            note(line)
            if condition(line) { return line }
        }
        return nil
    }

    private func note(_ line: String) {
        lines = lines.suffix(39) + [line]
        if let match = line.wholeMatch(of: /([\w-]+) is process (\d+)/) {
            processes.append((String(match.1), Int32(match.2) ?? 0))
        }
        if line.contains(/was ended by|ended with/) { endings.append(line) }
        guard line.hasPrefix("players: ") else { return }
        players = [:]
        for match in line.matches(of: /(town|north|east|wilds) (\d+)/) {
            players[String(match.1)] = Int(match.2)
        }
        if let match = line.firstMatch(of: /bots: (\d+) of \d+ play, (\d+) crossings/) {
            (playing, crossings) = (Int(match.1) ?? 0, Int(match.2) ?? 0)
        }
        silences = line.firstMatch(of: /silent .*/).map { String($0.0) } ?? silences
    }

    /// The newest process of a role.
    func process(of role: String) -> Int32? {
        processes.last { $0.role == role }?.identifier
    }

    /// Waits until none of the processes runs any more.
    func untilNoneRuns() async throws {
        let clock = SystemNetwork().clock
        while processes.contains(where: { Self.runs($0.identifier) }) {
            try await clock.sleep(for: .milliseconds(20))
        }
    }

    /// Whether a process runs. One that has ended may wait for its parent to collect it.
    static func runs(_ identifier: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8),
            let state = status.split(separator: ")").last?.split(separator: " ").first
        else { return false }
        return state != "Z" && state != "X"
    }
}
