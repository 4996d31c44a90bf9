import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Another TLS implementation, as a program that a test talks to.
final class PeerProgram {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread = ""

    /// Starts a program.
    init(_ arguments: [String]) throws {
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

    func say(_ text: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }

    func closeInput() throws {
        try input.fileHandleForWriting.close()
    }

    /// What the program prints, up to and with that text.
    ///
    /// Fails where the program ends before, or prints nothing for a minute.
    @discardableResult func wait(for text: String) throws -> String {
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

    /// Whether a program is installed.
    static func isInstalled(_ name: String) -> Bool {
        let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return paths.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, and says so, where its peer is not installed.
    static func needs(_ program: String, package: String) -> Self {
        .enabled(
            if: PeerProgram.isInstalled(program),
            "needs \(program) (Debian: apt-get install \(package))")
    }
}
