import Testing
import TestSupport

extension GoldenVector: CustomTestStringConvertible {
    package var testDescription: String { name }

    static func named(_ name: String) throws -> GoldenVector {
        try #require(all.first { $0.name == name }, "no vector \(name)")
    }
}
