import Foundation
public import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Another TLS implementation, as a program that a test talks to.
///
/// `@unchecked Sendable`: one task at a time uses it.
public final class PeerProgram: @unchecked Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread = ""

    /// Starts a program.
    public init(_ arguments: [String]) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    deinit {
        // A program that a thread of Dispatch starts has most signals blocked, SIGTERM among them.
        kill(process.processIdentifier, SIGKILL)
    }

    /// Writes to the program's input.
    public func say(_ text: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }

    /// Ends the program's input.
    public func closeInput() throws {
        try input.fileHandleForWriting.close()
    }

    /// What the program prints, up to and with that text.
    ///
    /// Fails where the program ends before, or prints nothing for a minute.
    @discardableResult public func wait(for text: String) throws -> String {
        let handle = output.fileHandleForReading
        while true {
            if let found = unread.range(of: text) {
                defer { unread = String(unread[found.upperBound...]) }
                return String(unread[..<found.upperBound])
            }
            var descriptor = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
            let isReadable = poll(&descriptor, 1, 60_000) == 1
            let data = isReadable ? handle.availableData : Data()
            try #require(!data.isEmpty, "it did not say “\(text)”: \(unread)")
            unread += String(decoding: data, as: UTF8.self)
        }
    }

    /// The same on a thread of its own, for tests that must not block a loop.
    @discardableResult public func hears(_ text: String) async throws -> String {
        let outcome: Result<String, any Error> = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: Result { try self.wait(for: text) })
            }
        }
        return try outcome.get()
    }

    /// Whether a program is installed.
    public static func isInstalled(_ name: String) -> Bool {
        let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return paths.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, and says so, where its peer is not installed.
    public static func needs(_ program: String, package: String) -> Self {
        .enabled(
            if: PeerProgram.isInstalled(program),
            "needs \(program) (Debian: apt-get install \(package))")
    }
}
