import ArenaGame
import Foundation
import Parley
import Testing

/// What the wire page says of the arena's entities is what the arena replicates.
@Suite struct WirePageTests {
    @Test func theArenasTypesAndTheirHashAreThoseOnThePage() throws {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(
            contentsOf: root.appending(path: "Documentation/Wire.md"), encoding: .utf8)
        let schema = ArenaRules.schema
        #expect(page.contains("`\(String(schema.hash, radix: 16))` as a number"))
        for (number, layout) in schema.layouts.enumerated() {
            #expect(page.contains("| \(number) `\(layout.name)` |"))
            for (field, word) in zip(layout.fields, layout.origin) {
                #expect(page.contains("| `\(field.name)` | `\(field.summary)` | \(word) |"))
            }
        }
    }
}
