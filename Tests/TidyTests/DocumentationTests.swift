import Foundation
import Testing

/// The code in the documentation is compiled, and its links lead somewhere.
@Suite struct DocumentationTests {
    @Test func everyPageHasOneTitle() {
        for file in Repository.markdown {
            var inCode = false
            var titles = 0
            for line in file.lines {
                if line.hasPrefix("```") { inCode.toggle() }
                if !inCode, line.hasPrefix("# ") { titles += 1 }
            }
            #expect(titles == 1, "\(file) has \(titles) titles")
        }
    }

    @Test func everyLinkLeadsSomewhere() {
        for file in Repository.markdown {
            let folder = Repository.root.appending(path: file.path).deletingLastPathComponent()
            for target in links(of: file.text) {
                let path = target.split(separator: "#", omittingEmptySubsequences: false)[0]
                guard !path.isEmpty, !path.contains("://") else { continue }
                let exists = FileManager.default.fileExists(
                    atPath: folder.appending(path: String(path)).path)
                #expect(exists, "\(file) links to \(path)")
            }
        }
    }

    private func links(of text: String) -> [Substring] {
        text.matches(of: /\]\(([^)\s]+)\)/).map(\.1) + text.matches(of: /src="([^"]+)"/).map(\.1)
    }

    /// Every block of Swift in a page is part of a compiled file, line by line.
    @Test func everySwiftBlockIsCompiled() {
        let compiled = Repository.swift.map { normalised($0.lines) }
        for file in Repository.markdown {
            for (line, block) in swiftBlocks(of: file) {
                let wanted = normalised(block)
                let isFound = compiled.contains { contains($0, wanted) }
                #expect(isFound, "\(file.place(line)): this code stands in no compiled file")
            }
        }
    }

    private func swiftBlocks(of file: SourceFile) -> [(line: Int, lines: [Substring])] {
        var blocks: [(Int, [Substring])] = []
        var block: [Substring]?
        for (index, indented) in file.lines.enumerated() {
            let line = indented.drop { $0 == " " }
            if line.hasPrefix("```swift") {
                block = []
            } else if line.hasPrefix("```"), let finished = block {
                blocks.append((index + 1 - finished.count, finished))
                block = nil
            } else {
                block?.append(line)
            }
        }
        return blocks
    }

    /// The lines without indentation and empty ones.
    private func normalised(_ lines: [Substring]) -> [Substring] {
        lines.map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
    }

    private func contains(_ lines: [Substring], _ wanted: [Substring]) -> Bool {
        guard let first = wanted.first, wanted.count <= lines.count else { return wanted.isEmpty }
        return lines.indices.contains { start in
            lines[start] == first && start + wanted.count <= lines.count
                && lines[start..<start + wanted.count].elementsEqual(wanted)
        }
    }
}
