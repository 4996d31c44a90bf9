/// The vertices and faces of Wavefront OBJ files ("Object Files (.obj)", Alias|Wavefront's Advanced
/// Visualizer manual, appendix B). All other elements are skipped.
public enum WavefrontOBJ {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - up: The axis that points up in the file. In the mesh, z does.
    ///   - limits: The limits of the file.
    /// - Returns: A part for each object or group (`o`, `g`) that has faces, with its name.
    public static func mesh(
        _ bytes: [UInt8], up: UpAxis = .y, limits: MeshLimits = MeshLimits()
    ) throws(MeshError) -> CollisionMesh {
        var reader = Reader(up: up, builder: try MeshBuilder(limits, bytes: bytes.count))
        var start = 0
        // The beginning of a line that backslashes continue.
        var whole: [UInt8] = []
        while start < bytes.count {
            reader.line += 1
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            var text = bytes[start..<end]
            start = end + 1
            if text.last == UInt8(ascii: "\r") { text.removeLast() }
            try MeshBuilder.check(
                whole.count + text.count, limits.text, "bytes in a line", line: reader.line)
            if text.last == UInt8(ascii: "\\") {
                whole += text.dropLast() + [UInt8(ascii: " ")]
                continue
            }
            try reader.read(whole.isEmpty ? text : whole + text)
            whole = []
        }
        try reader.read(whole[...])
        return reader.builder.mesh
    }

    private struct Reader {
        let up: UpAxis
        var builder: MeshBuilder
        var line = 0
        private var vertices: [Vector3] = []
        private var part = ""

        init(up: UpAxis, builder: MeshBuilder) {
            self.up = up
            self.builder = builder
        }

        mutating func read(_ text: ArraySlice<UInt8>) throws(MeshError) {
            let uncommented = text.prefix { $0 != UInt8(ascii: "#") }
            let words = uncommented.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard let keyword = words.first else { return }
            switch String(decoding: keyword, as: UTF8.self) {
            case "v": try readVertex(words.dropFirst())
            case "f": try readFace(words.dropFirst())
            case "o", "g":
                part = words.dropFirst().map { String(decoding: $0, as: UTF8.self) }
                    .joined(separator: " ")
            default: break
            }
        }

        private mutating func readVertex(_ words: ArraySlice<ArraySlice<UInt8>>) throws(MeshError) {
            guard words.count >= 3 else {
                throw error(.expected("three coordinates", found: "\(words.count)"))
            }
            try MeshBuilder.check(
                vertices.count + 1, builder.limits.vertices, "vertices", line: line)
            var numbers: [Double] = []
            for word in words.prefix(3) {
                numbers.append(
                    try coordinate(String(decoding: word, as: UTF8.self), line: line))
            }
            vertices.append(up.turn(Vector3(numbers[0], numbers[1], numbers[2])))
        }

        private mutating func readFace(_ words: ArraySlice<ArraySlice<UInt8>>) throws(MeshError) {
            var corners: [Vector3] = []
            for word in words { corners.append(try vertex(word)) }
            try builder.add(corners, to: part, line: line)
        }

        /// Reads "7", "7/1", "7//3" or "7/1/3". −1 is the latest vertex.
        private func vertex(_ word: ArraySlice<UInt8>) throws(MeshError) -> Vector3 {
            let text = String(decoding: word.prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self)
            guard let number = Int(text) else {
                throw error(.expected("the number of a vertex", found: excerpt(text)))
            }
            // The number may be the smallest one, so it is clamped before it is added.
            let index = number > 0 ? number - 1 : vertices.count + max(number, -vertices.count - 1)
            guard number != 0, vertices.indices.contains(index) else {
                throw error(.noVertex(text))
            }
            return vertices[index]
        }

        private func error(_ reason: MeshError.Reason) -> MeshError {
            MeshError(line: line, reason: reason)
        }
    }
}

/// Reads a coordinate, which must be inside a world.
func coordinate(_ text: String, line: Int) throws(MeshError) -> Double {
    guard let number = Double(text) else {
        throw MeshError(line: line, reason: .expected("a number", found: excerpt(text)))
    }
    guard abs(number) <= Solid.farthest else {
        throw MeshError(line: line, reason: .outOfRange(excerpt(text)))
    }
    return number
}

/// Returns the beginning of a text for an error, because words in a file may be long.
func excerpt(_ text: String) -> String {
    text.count > 40 ? text.prefix(40) + "…" : text
}
