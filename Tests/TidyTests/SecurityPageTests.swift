import Testing

/// The security page promises only what a test verifies.
@Suite struct SecurityPageTests {
    @Test func everyNamedTestExists() throws {
        let page = try #require(
            Repository.markdown.first { $0.path == "Documentation/Security.md" })
        let suites = Repository.files(in: ["Tests"], ending: "Tests.swift").map(\.text)
        let names = page.text.matches(of: /`([A-Za-z]+Tests)(\.[A-Za-z0-9]+)?`/)
        #expect(names.count > 30)
        for name in names {
            let (suite, test) = (name.1, name.2?.dropFirst())
            let exists = suites.contains { text in
                text.contains("struct \(suite) ")
                    && (test.map { text.contains("func \($0)(") } ?? true)
            }
            #expect(exists, "\(page) names \(name.0), which is not there")
        }
    }

    /// Each row of the page names the test that verifies it.
    @Test func everyAttackNamesATest() throws {
        let page = try #require(
            Repository.markdown.first { $0.path == "Documentation/Security.md" })
        let rows = page.lines.filter { $0.hasPrefix("| ") && !$0.hasSuffix("| test |") }
        #expect(rows.count > 15)
        for row in rows {
            #expect(
                row.contains("Tests.") || row.contains("Tests`"), "this row names no test: \(row)")
        }
    }
}
