import Foundation
import Synchronization
import Testing

/// A Python program with Panda3D that takes part in a test.
///
/// Nothing here blocks a thread of Swift's pool: the output and the exit code arrive in streams.
final class PandaPeer: Sendable {
    /// The failure of a peer, with its standard error output.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The Python that has Panda3D. `Tests/run` makes it and sets the variable.
    static let python = ProcessInfo.processInfo.environment["PARLEY_PANDA_PYTHON"]

    /// Whether that Python can encrypt.
    static let hasCryptography = canImport("cryptography")

    /// Whether that Python can send packets from any address.
    static let hasScapy = geteuid() == 0 && canImport("scapy.all")

    private static let tests = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
    /// The project.
    static let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    /// The folder with the peers of the tests.
    static let peers = tests.appending(path: "Peers")
    /// The folder with the Panda3D client of the arena.
    static let arena = root.appending(path: "Samples/PandaArena")

    private let process = Process()
    private let name: String
    private let lines: AsyncStream<String>
    private let exits: AsyncStream<Int32>
    private let complaints = Mutex("")

    private static func canImport(_ module: String) -> Bool {
        guard let python else { return false }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-c", "import \(module)"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// Runs a program while `body` runs, and ends it afterwards, with `SIGKILL` if necessary.
    static func run<Result>(
        _ script: String, in folder: URL = peers, _ arguments: [String],
        body: (PandaPeer) async throws -> Result
    ) async throws -> Result {
        let peer = try PandaPeer(folder.appending(path: script), arguments)
        do {
            let result = try await body(peer)
            await peer.end()
            return result
        } catch {
            await peer.end()
            throw error
        }
    }

    private init(_ script: URL, _ arguments: [String]) throws {
        name = script.lastPathComponent
        let (lines, printed) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .unbounded)
        let (exits, exited) = AsyncStream.makeStream(
            of: Int32.self, bufferingPolicy: .bufferingOldest(1))
        (self.lines, self.exits) = (lines, exits)

        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: try #require(Self.python))
        process.arguments = [script.path] + arguments
        process.standardOutput = output
        process.standardError = errors
        process.terminationHandler = { process in
            exited.yield(process.terminationStatus)
            exited.finish()
        }
        output.fileHandleForReading.forEachLine {
            printed.yield($0)
        } atEnd: {
            printed.finish()
        }
        errors.fileHandleForReading.forEachLine { [weak self] line in
            self?.complaints.withLock { $0 += line + "\n" }
        }
        try process.run()
    }

    /// The next line it prints, which is JSON.
    func next<Line: Decodable>(_ type: Line.Type) async throws -> Line {
        let line = try await nextLine()
        do {
            return try JSONDecoder().decode(type, from: Data(line.utf8))
        } catch {
            throw failure("printed no \(type): \(line)")
        }
    }

    /// All lines that it prints until it ends, each of which is JSON.
    func rest<Line: Decodable>(_ type: Line.Type) async throws -> [Line] {
        var rest: [Line] = []
        for await line in lines {
            rest.append(try JSONDecoder().decode(type, from: Data(line.utf8)))
        }
        return rest
    }

    /// The next line it prints.
    func nextLine() async throws -> String {
        for await line in lines { return line }
        throw failure("ended without printing what was expected")
    }

    /// Waits until it ends by itself.
    func exitCode() async throws -> Int32 {
        for await code in exits { return code }
        throw failure("did not end")
    }

    /// The standard error output so far.
    var stderr: String { complaints.withLock { $0 } }

    private func failure(_ text: String) -> Failure {
        Failure(description: "\(name) \(text)\n\(stderr)")
    }

    private func end() async {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        for await _ in exits {}
    }
}

extension FileHandle {
    /// Calls `body` with each line that arrives, without its newline, on a thread of its own.
    ///
    /// `readabilityHandler` needs no thread, but on Linux Foundation may close the descriptor while
    /// Dispatch still watches it, and the process crashes.
    fileprivate func forEachLine(
        _ body: @escaping @Sendable (String) -> Void,
        atEnd end: @escaping @Sendable () -> Void = {}
    ) {
        Thread.detachNewThread {
            var rest = Data()
            while case let data = self.availableData, !data.isEmpty {
                rest += data
                let pieces = rest.split(
                    separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                for line in pieces.dropLast() { body(String(decoding: line, as: UTF8.self)) }
                rest = Data(pieces.last ?? Data())
            }
            end()
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs the test only with a Panda3D.
    static var needsPanda: Self {
        .enabled(
            if: PandaPeer.python != nil,
            "needs a Python with Panda3D: run Tests/run, which makes one")
    }

    /// Runs the test only as root, with a Panda3D whose Python has scapy.
    static var needsScapy: Self {
        .enabled(
            if: PandaPeer.hasScapy,
            "needs root, and the Python module scapy: run Tests/run, which makes one")
    }

    /// Runs the test only with a Panda3D whose Python has the module `cryptography`.
    static var needsCryptography: Self {
        .enabled(
            if: PandaPeer.hasCryptography,
            "needs the Python module cryptography: run Tests/run, which makes one")
    }
}
