import Foundation
import Parley
import Synchronization

/// A run of one of the built programs, its output line by line.
final class Program: Sendable {
    /// The result of a finished run.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The lines of the standard output, as they come.
    let lines: AsyncStream<String>
    private let process = Mutex<Process?>(nil)
    let identifier: Int32
    private let status: AsyncStream<Int32>
    private let errors: FileHandle

    /// Starts `name`.
    ///
    /// - Parameters:
    ///   - arguments: The words of the command line.
    ///   - name: The program.
    ///   - input: Its standard input; nothing where it is nil.
    ///   - terminal: The terminal of its input and output, instead of pipes.
    ///   - namespace: The network namespace that it lives in; this program's own if it is nil.
    init(
        _ arguments: [String], of name: String = "arena", input: Pipe? = nil,
        in terminal: PseudoTerminal? = nil, namespace: String? = nil
    ) throws {
        let process = Process()
        process.executableURL = try Self.folder.appendingPathComponent(name)
        process.arguments = arguments
        if let namespace, let path = process.executableURL?.path {
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["ip", "netns", "exec", namespace, path] + arguments
        }
        process.standardInput = terminal?.device ?? input ?? FileHandle.nullDevice as Any
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = terminal?.device ?? output as Any
        if terminal != nil { try output.fileHandleForWriting.close() }
        process.standardError = errors
        let (status, ended) = AsyncStream.makeStream(
            of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        process.terminationHandler = { ended.yield($0.terminationStatus) }
        try process.run()
        identifier = process.processIdentifier
        self.status = status
        self.errors = errors.fileHandleForReading
        lines = Self.lines(of: output.fileHandleForReading)
        self.process.withLock { $0 = process }
    }

    deinit {
        if process.withLock({ $0?.isRunning ?? false }) { kill(identifier, SIGKILL) }
    }

    /// The folder of the test program, which holds the other programs of the build too.
    private static var folder: URL {
        get throws {
            let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(fileURLWithPath: path).deletingLastPathComponent()
        }
    }

    /// Reading blocks, so a thread of its own reads.
    private static func lines(of handle: FileHandle) -> AsyncStream<String> {
        let (lines, continuation) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingOldest(10_000))
        Thread.detachNewThread {
            var rest = Data()
            while case let data = handle.availableData, !data.isEmpty {
                rest += data
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    continuation.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest = Data(rest[(end + 1)...])
                }
            }
            if !rest.isEmpty { continuation.yield(String(decoding: rest, as: UTF8.self)) }
            continuation.finish()
        }
        return lines
    }

    /// The port of the first line that names an address, nil when the program ends without one.
    func port() async -> UInt16? {
        for await line in lines {
            let words = line.split { " ;,".contains($0) }
            if let port = words.lazy.compactMap({ SocketAddress(String($0))?.port }).first {
                return port
            }
        }
        return nil
    }

    var isRunning: Bool { process.withLock { $0?.isRunning ?? false } }

    func send(_ signal: Int32) {
        kill(identifier, signal)
    }

    /// Waits until the program has ended.
    func outcome() async -> Outcome {
        var output: [String] = []
        for await line in lines { output.append(line) }
        var code: Int32 = -1
        for await status in status {
            code = status
            break
        }
        let errors = String(decoding: errors.availableData, as: UTF8.self)
        return Outcome(status: code, output: output.joined(separator: "\n"), errors: errors)
    }

    /// Runs the program to its end.
    static func run(_ arguments: String...) async throws -> Outcome {
        try await Program(arguments).outcome()
    }
}
