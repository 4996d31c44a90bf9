import Foundation
import ParleyCollision

/// The map files of the tests.
enum Maps {
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appending(path: "Maps/\(name)")))
    }
}
