import Foundation
import Glibc
import Parley
import SampleSupport
import Synchronization

/// A process of the realm that this process has started. It holds the child's standard input: with the last process that
/// holds it, the child ends.
final class Child: Sendable {
    let identifier: Int32
    /// What it prints, on both of its streams. The sequence ends after the process has.
    let lines: AsyncStream<String>
    private let process: Mutex<Process>
    private let input: FileHandle

    /// Starts this program with a command line of its own.
    init(_ words: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: try Self.program)
        process.arguments = words
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        let (lines, continuation) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingNewest(1_000))
        // The process has ended when both its output and it have.
        let open = Mutex(2)
        let close: @Sendable () -> Void = {
            let isLast = open.withLock { count in
                count -= 1
                return count == 0
            }
            if isLast { continuation.finish() }
        }
        process.terminationHandler = { _ in close() }
        try process.run()
        identifier = process.processIdentifier
        self.lines = lines
        self.input = input.fileHandleForWriting
        self.process = Mutex(process)
        Self.read(output.fileHandleForReading, into: continuation, then: close)
    }

    /// The file of this program, wherever it was started from.
    private static var program: String {
        get throws { try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") }
    }

    /// Reading blocks, so a thread of its own reads.
    private static func read(
        _ handle: FileHandle, into lines: AsyncStream<String>.Continuation,
        then close: @escaping @Sendable () -> Void
    ) {
        Thread.detachNewThread {
            var rest = Data()
            while case let data = handle.availableData, !data.isEmpty {
                rest += data
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    lines.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest = Data(rest[(end + 1)...])
                }
            }
            close()
        }
    }

    /// Whether it runs. Only then is its number its own.
    var isRunning: Bool { process.withLock { $0.isRunning } }

    func send(_ signal: Int32) {
        process.withLock { if $0.isRunning { kill(identifier, signal) } }
    }

    /// Asks it to end, also when it is stopped.
    func end() {
        send(SIGTERM)
        send(SIGCONT)
    }

    /// Says a line to its standard input.
    func tell(_ line: String) { writeAll(line + "\n", to: input.fileDescriptor) }

    /// In words, how it ended.
    var ending: String {
        process.withLock { process in
            process.terminationReason == .uncaughtSignal
                ? "was ended by signal \(process.terminationStatus)"
                : "ended with status \(process.terminationStatus)"
        }
    }
}
