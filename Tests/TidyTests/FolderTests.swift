import Foundation
import Testing

/// The folders of the library: each described, none in a circle with another.
@Suite struct FolderTests {
    /// Folders of a module use each other in one direction only, like modules.
    ///
    /// The simulation is left out: its hosts, loops and faults are one machine in three folders.
    @Test func noTwoFoldersUseEachOther() {
        let folders = Folders(Repository.library.filter { $0.module != "ParleySimulation" })
        #expect(folders.uses.count > 10, "only \(folders.uses.count) folders use another")
        for (left, right) in folders.circles {
            let there = folders.uses[left]?[right] ?? []
            let back = folders.uses[right]?[left] ?? []
            Issue.record(
                "\(left) uses \(right) (\(there.sorted())), and is used by it (\(back.sorted()))")
        }
    }

    @Test func theFoldersOfACircleAreFound() {
        let files = [
            ("Sources/M/A/One.swift", "struct One { var two: Two }"),
            (
                "Sources/M/B/Two.swift",
                "// One is not used here, nor \"One\" in a text.\nstruct Two {}"
            ),
            ("Sources/M/C/Three.swift", "public final class Three { let one: One }"),
            ("Sources/M/A/Four.swift", "enum Four { case three(Three) }"),
        ]
        let folders = Folders(texts: files.map { (path: $0.0, text: $0.1) })
        #expect(folders.uses["M/A"]?["M/B"] == ["Two"])
        #expect(folders.uses["M/B"] == nil)
        #expect(folders.circles.map { [$0.0, $0.1] } == [["M/A", "M/C"]])
    }

    /// The tour of the sources names every folder.
    @Test func everyFolderIsInTheArchitecture() {
        let page = SourceFile(path: "Documentation/Architecture.md").text
        let folders = Set(
            Repository.library.map { $0.path.split(separator: "/").dropFirst().dropLast() })
        #expect(folders.count > 30)
        for folder in folders where folder.count > 1 {
            let module = folder.first ?? ""
            let path = folder.dropFirst().joined(separator: "/")
            let section = page.components(separatedBy: "\n### \(module)\n").last ?? ""
            let description = section.components(separatedBy: "\n### ")[0]
            #expect(
                description.contains("`\(path)/`"),
                "Documentation/Architecture.md does not describe \(module)/\(path)")
        }
    }
}

/// Which folder uses which, by the names of top-level types. It compares words and knows no scopes.
struct Folders {
    /// For each folder, the folders that it uses, and by which types.
    private(set) var uses: [String: [String: Set<String>]] = [:]

    init(_ files: [SourceFile]) {
        self.init(texts: files.map { ($0.path, $0.text) })
    }

    init(texts: [(path: String, text: String)]) {
        let codes = texts.map { (path: $0.path, words: Self.words($0.text), text: $0.text) }
        var owners: [String: String] = [:]
        for (path, _, text) in codes {
            for name in Self.declarations(text) where owners[name] == nil { owners[name] = path }
        }
        for (path, words, _) in codes {
            let folder = Self.folder(of: path)
            for word in words {
                guard let owner = owners[word], Self.folder(of: owner) != folder else { continue }
                uses[folder, default: [:]][Self.folder(of: owner), default: []].insert(word)
            }
        }
    }

    /// The pairs of folders of one module that use each other, each pair once. The files beside a
    /// module's folders are no folder: they may use one, and be used by it.
    var circles: [(String, String)] {
        uses.keys.sorted().flatMap { left in
            (uses[left] ?? [:]).keys.sorted()
                .filter { right in
                    left < right && uses[right]?[left] != nil && left.contains("/")
                        && left.split(separator: "/")[0] == right.split(separator: "/")[0]
                }
                .map { (left, $0) }
        }
    }

    /// The names of the types that are declared at the beginning of a line.
    private static func declarations(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard line.first != " ",
                let kind = words.firstIndex(where: { kinds.contains($0) }), kind + 1 < words.count,
                words[..<kind].allSatisfy({ $0.first == "@" || $0.first?.isLowercase == true })
            else { return nil }
            return String(words[kind + 1].prefix { $0.isLetter || $0.isNumber })
        }
    }

    private static let kinds: Set<Substring> = [
        "actor", "class", "struct", "enum", "protocol", "typealias",
    ]

    /// The capitalised words of the code, without comments and string literals.
    private static func words(_ text: String) -> Set<String> {
        var words: Set<String> = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            var isText = false
            // Every other piece between quotation marks is a string literal, or nearly.
            for piece in line.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
            {
                defer { isText.toggle() }
                if isText { continue }
                let code = Substring(piece).split(separator: "//", omittingEmptySubsequences: false)
                for word in code[0].utf8.split(whereSeparator: { !isWord($0) })
                where (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(word.first ?? 0) {
                    words.insert(String(Substring(word)))
                }
                if code.count > 1 { break }
            }
        }
        return words
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// "Module/Folder"; the module alone for a file that lies in no folder.
    private static func folder(of path: String) -> String {
        path.split(separator: "/").dropFirst().dropLast().prefix(2).joined(separator: "/")
    }
}
