import Foundation
import ParleyDatagrams
import Testing

/// Bytes that Panda3D 1.10.16 wrote, with what they stand for.
struct GoldenVector: Decodable, CustomTestStringConvertible {
    let name: String
    let hex: String
    let type: String?
    let value: String?
    let size: Int?
    let frame: String?
    let payload: String?
    /// Only the first bytes are in `hex`.
    let truncated: Bool?
    let total_length: Int?

    var testDescription: String { name }
    var bytes: [UInt8] { [UInt8](hex: hex) }
    var datagram: Datagram { Datagram(bytes: bytes) }

    static let all: [GoldenVector] = {
        guard
            let file = Bundle.module.url(
                forResource: "panda3d-vectors", withExtension: "json", subdirectory: "Vectors"),
            let data = try? Data(contentsOf: file),
            let vectors = try? JSONDecoder().decode([GoldenVector].self, from: data)
        else { return [] }
        return vectors
    }()

    static func named(_ name: String) throws -> GoldenVector {
        try #require(all.first { $0.name == name }, "no vector \(name)")
    }
}

extension [UInt8] {
    init(hex: String) {
        let digits = Array<Character>(hex.filter { !$0.isWhitespace })
        self = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0..<$0 + 2]), radix: 16)
        }
    }
}
