import ParleyZones
import Synchronization

/// A log that keeps what it hears.
final class KeptLog: ServerLog {
    private let lines = Mutex<[String]>([])

    /// The lines so far: "warning the zone stands still: … zone=west incarnation=1".
    var text: [String] { lines.withLock { $0 } }

    func notice(_ text: String, _ details: ServerLogDetails) { keep("notice", text, details) }
    func warning(_ text: String, _ details: ServerLogDetails) { keep("warning", text, details) }
    func error(_ text: String, _ details: ServerLogDetails) { keep("error", text, details) }

    private func keep(_ level: String, _ text: String, _ details: ServerLogDetails) {
        let words = details.map { "\($0.name)=\($0.value)" }
        lines.withLock { $0.append(([level, text] + words).joined(separator: " ")) }
    }

    /// Whether a line begins so.
    func says(_ words: String) -> Bool { text.contains { $0.hasPrefix(words) } }
}
