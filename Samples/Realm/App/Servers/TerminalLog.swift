import Foundation
import ParleyZones

/// A server's log on the standard error stream, for a process that no supervisor watches.
struct TerminalLog: ServerLog {
    func notice(_ text: String, _ details: ServerLogDetails) { write("notice", text, details) }
    func warning(_ text: String, _ details: ServerLogDetails) { write("warning", text, details) }
    func error(_ text: String, _ details: ServerLogDetails) { write("error", text, details) }

    private func write(_ level: String, _ text: String, _ details: ServerLogDetails) {
        let words = details.map { "\($0.name)=\($0.value)" }
        let line = "\(level): \(text) (\(words.joined(separator: ", ")))\n"
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }
}
