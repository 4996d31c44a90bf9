import Foundation
import Testing

/// Another TLS implementation, as a program that a test talks to.
final class PeerProgram {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread = ""

    /// Starts a program, which ends by itself after 40 seconds.
    init(_ arguments: [String]) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["timeout", "40"] + arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.terminate()
        process.waitUntilExit()
    }

    func say(_ text: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }

    func closeInput() throws {
        try input.fileHandleForWriting.close()
    }

    /// What the program prints, up to and with that text. Fails where the program ends before.
    @discardableResult func wait(for text: String) throws -> String {
        while true {
            if let found = unread.range(of: text) {
                defer { unread = String(unread[found.upperBound...]) }
                return String(unread[..<found.upperBound])
            }
            let data = output.fileHandleForReading.availableData
            try #require(!data.isEmpty, "it ended without “\(text)”: \(unread)")
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
