import Foundation

/// A program that runs to its end.
struct Command {
    /// What went wrong with a program, with its words.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    var arguments: [String]
    var environment: [String: String] = [:]
    var input = ""

    /// Runs it on a thread of its own; returns what it prints.
    @discardableResult func run() async throws -> String {
        let outcome: Result<String, any Error> = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: Result { try runAndWait() })
            }
        }
        return try outcome.get()
    }

    private func runAndWait() throws -> String {
        let process = Process()
        let (output, words) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let given = Pipe()
        process.standardInput = given
        process.standardOutput = output
        process.standardError = words
        try process.run()
        try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try given.fileHandleForWriting.close()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        let errors = try words.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let name = arguments.first { !$0.hasPrefix("-") } ?? ""
            throw Failure(
                description: "\(name) failed: \(String(decoding: errors, as: UTF8.self))")
        }
        return String(decoding: text, as: UTF8.self)
    }
}
