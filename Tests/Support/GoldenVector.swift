import Foundation
package import ParleyDatagrams

/// Bytes that Panda3D 1.10.16 wrote, and their meaning.
package struct GoldenVector: Decodable, Sendable {
    package let name: String
    package let hex: String
    package let type: String?
    package let value: String?
    package let size: Int?
    package let frame: String?
    package let payload: String?
    /// Whether `hex` has only the first bytes.
    package let truncated: Bool?
    package let total_length: Int?

    package var bytes: [UInt8] { [UInt8](hex: hex) }
    package var datagram: Datagram { Datagram(bytes: bytes) }

    /// The vectors, from the source folder, because libFuzzer's program has no bundle.
    package static let all: [GoldenVector] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Vectors/panda3d-vectors.json")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return (try? JSONDecoder().decode([GoldenVector].self, from: data)) ?? []
    }()
}

extension [UInt8] {
    /// Creates the bytes of hexadecimal digits. Spaces are ignored.
    package init(hex: String) {
        let digits = Array<Character>(hex.filter { !$0.isWhitespace })
        self = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0..<$0 + 2]), radix: 16)
        }
    }

    /// Two digits for each byte.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
