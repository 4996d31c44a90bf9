import Foundation

/// Prometheus' own checker of pages.
public enum PromTool {
    /// What `promtool check metrics` says about a page, in both streams; empty for a good one.
    public static func complaints(about page: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["promtool", "check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        process.standardError = output
        try process.run()
        // It reads the whole page before it says a word.
        try input.fileHandleForWriting.write(contentsOf: Data(page.utf8))
        try input.fileHandleForWriting.close()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let words = String(decoding: text, as: UTF8.self)
        return process.terminationStatus == 0 && words.isEmpty ? "" : "error: " + words
    }
}
