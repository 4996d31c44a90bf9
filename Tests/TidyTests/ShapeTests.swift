import Testing

/// The shape of files: short, with nothing left over.
@Suite struct ShapeTests {
    static let longestFile = 400
    static let longestFunction = 50

    @Test func filesAreShort() {
        for file in Repository.swift {
            let count = file.lines.count
            #expect(count <= Self.longestFile, "\(file) has \(count) lines")
        }
    }

    @Test func functionsAreShort() {
        var found = 0
        for file in Repository.swift {
            for function in functions(of: file) {
                found += 1
                #expect(
                    function.count <= Self.longestFunction,
                    "\(file.place(function.line)) is \(function.count) lines long")
            }
        }
        #expect(found > 500, "only \(found) functions were recognised")
    }

    /// The first lines and the lengths of all functions. The formatter puts a closing brace alone into the
    /// column in which its function begins.
    private func functions(of file: SourceFile) -> [(line: Int, count: Int)] {
        let lines = file.lines
        return file.code.compactMap { number, line in
            let indent = line.prefix { $0 == " " }
            let words = line.split(separator: " ")
            guard words.contains("func") || line.contains("init("), !words.contains("//"),
                let end = lines[(number - 1)...].firstIndex(where: { $0 == indent + "}" }),
                lines[(number - 1)...end].contains(where: { $0.hasSuffix("{") })
            else { return nil }
            // A requirement of a protocol has no body; the brace found is then another's.
            let signature = lines[(number - 1)..<end].prefix { !$0.hasSuffix("{") }
            let isOutdented = signature.dropFirst().contains {
                !$0.isEmpty && $0.prefix { $0 == " " }.count < indent.count
            }
            return isOutdented ? nil : (number, end - number + 2)
        }
    }

    @Test func nothingIsLeftForLater() {
        // Split, so that the test does not find this file.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
        for file in Repository.texts {
            for (index, line) in file.lines.enumerated() {
                for word in words where line.contains(word) {
                    Issue.record("\(file.place(index + 1)) says \(word)")
                }
            }
        }
    }

    @Test func linesEndCleanly() {
        for file in Repository.texts {
            for (index, line) in file.lines.enumerated() {
                #expect(line.last != " " && line.last != "\t", "\(file.place(index + 1))")
            }
            #expect(file.text.hasSuffix("\n"), "\(file) does not end its last line")
        }
    }

    @Test func nothingNamesAMachine() {
        let places = ["/ro" + "ot/", "/ho" + "me/", "/op" + "t/swift", "/Us" + "ers/"]
        for file in Repository.texts {
            for (index, line) in file.lines.enumerated() {
                for place in places where line.contains(place) {
                    Issue.record("\(file.place(index + 1)) names \(place)")
                }
            }
        }
    }
}
