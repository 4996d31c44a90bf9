import Foundation

/// The project's own files.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The files below `folders` with this ending, by their paths from the root.
    static func files(in folders: [String], ending: String) -> [SourceFile] {
        folders.flatMap { folder -> [SourceFile] in
            let start = root.appending(path: folder)
            guard let paths = FileManager.default.enumerator(atPath: start.path) else { return [] }
            return paths.compactMap { $0 as? String }
                .filter { $0.hasSuffix(ending) && !$0.contains("__pycache__") }
                .sorted()
                .map { SourceFile(path: folder + "/" + $0) }
        }
    }

    static let swiftFolders = ["Sources", "Samples", "Tests"]

    static var swift: [SourceFile] { files(in: swiftFolders, ending: ".swift") }
    static var library: [SourceFile] { files(in: ["Sources"], ending: ".swift") }

    static var markdown: [SourceFile] {
        ["README.md", "CHANGELOG.md"].map { SourceFile(path: $0) }
            + files(in: ["Documentation", "Samples"], ending: ".md")
    }

    /// All texts written by hand.
    static var texts: [SourceFile] {
        swift + markdown
            + [".ci/run", "Tests/run", "Samples/run", "Samples/requirements.sh", "Package.swift"]
            .map { SourceFile(path: $0) }
            + [".c", ".h", ".py"].flatMap { files(in: swiftFolders, ending: $0) }
    }
}

/// A file, read at each access.
struct SourceFile: CustomStringConvertible {
    let path: String

    var description: String { path }

    var text: String {
        (try? String(contentsOf: Repository.root.appending(path: path), encoding: .utf8)) ?? ""
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The lines without comments, numbered from 1, for rules about code.
    var code: [(number: Int, text: Substring)] {
        lines.enumerated().compactMap { index, line in
            let trimmed = line.drop { $0 == " " }
            guard !trimmed.hasPrefix("//") else { return nil }
            return (index + 1, line)
        }
    }

    /// The module that the file belongs to: the folder below Sources.
    var module: String {
        let parts = path.split(separator: "/")
        return parts.count > 1 ? String(parts[1]) : ""
    }

    /// "Sources/X.swift:12", for a finding.
    func place(_ line: Int) -> String { "\(path):\(line)" }
}
