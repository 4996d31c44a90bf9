/// Parses the entries of an egg file that collisions need, and skips the others.
struct EggParser {
    private(set) var file = EggFile()
    private var tokens: EggTokens
    private let limits: MeshLimits
    private var vertices = 0

    init(_ tokens: EggTokens, _ limits: MeshLimits) {
        self.tokens = tokens
        self.limits = limits
    }

    /// Parses the whole file. Open groups are in a list, so that no file makes this function recursive.
    mutating func parse() throws(MeshError) {
        var open = [0]
        while tokens.next != .end {
            if tokens.next == .close, open.count > 1 {
                open.removeLast()
                _ = try tokens.take()
                continue
            }
            let line = tokens.line
            let (keyword, name) = try takeHead()
            switch keyword {
            case "group", "instance":
                try MeshBuilder.check(open.count, limits.depth, "groups inside groups", line: line)
                try MeshBuilder.check(file.groups.count, limits.groups, "groups", line: line)
                file.groups.append(
                    EggFile.Group(
                        name: name, parent: open[open.count - 1],
                        isInstance: keyword == "instance"))
                open.append(file.groups.count - 1)
            default: try parseEntry(keyword, name, group: open[open.count - 1], line: line)
            }
        }
        guard open.count == 1 else { throw tokens.expected("}") }
    }

    /// Takes "<Keyword> name {", where the name is optional.
    private mutating func takeHead() throws(MeshError) -> (keyword: String, name: String) {
        guard case .keyword(let keyword) = tokens.next else { throw tokens.expected("an entry") }
        _ = try tokens.take()
        var name = ""
        while case .word(let word) = tokens.next {
            name = word
            _ = try tokens.take()
        }
        try tokens.expect(.open, "{")
        return (keyword.lowercased(), name)
    }

    private mutating func parseEntry(
        _ keyword: String, _ name: String, group: Int, line: Int
    ) throws(MeshError) {
        switch keyword {
        case "coordinatesystem": try parseCoordinateSystem()
        case "vertexpool": try parseVertexPool(name)
        case "polygon": try parsePolygon(.polygon, group, line)
        case "trianglestrip": try parsePolygon(.strip, group, line)
        case "trianglefan": try parsePolygon(.fan, group, line)
        case "collide": try parseCollide(group)
        case "objecttype":
            let words = try takeWords().map { $0.lowercased() }
            if words.contains(where: ["barrier", "floor", "dupefloor"].contains) {
                file.groups[group].isSurface = true
            }
        case "transform":
            var transform = EggTransform()
            try transform.parse(&tokens, limits)
            file.groups[group].transform = transform.frame
        default: try tokens.skipBody()
        }
    }

    /// Takes the words of a body, and its closing brace.
    private mutating func takeWords() throws(MeshError) -> [String] {
        var words: [String] = []
        while case .word(let word) = tokens.next {
            try MeshBuilder.check(words.count, 64, "words in an entry", line: tokens.line)
            words.append(word)
            _ = try tokens.take()
        }
        try tokens.expect(.close, "}")
        return words
    }

    private mutating func parseCoordinateSystem() throws(MeshError) {
        let name = try takeWords().joined(separator: "-").lowercased()
        let (up, depth) = (Vector3(0, 0, 1), Vector3(0, 1, 0))
        switch name {
        case "z-up", "z-up-right", "zup", "zup-right": file.turn = .identity
        case "z-up-left", "zup-left": file.turn = Frame(y: -depth)
        case "y-up", "y-up-right", "yup", "yup-right": file.turn = Frame(y: up, z: -depth)
        case "y-up-left", "yup-left": file.turn = Frame(y: up, z: depth)
        default:
            throw MeshError(
                line: tokens.line,
                reason: .expected("a coordinate system such as Z-up", found: excerpt(name)))
        }
    }

    private mutating func parseCollide(_ group: Int) throws(MeshError) {
        let words = Set(try takeWords().map { $0.lowercased() })
        if words.contains("intangible") { return }
        let isSurface = words.contains("polyset") || words.contains("polygon")
        file.groups[group].isSurface = file.groups[group].isSurface || isSurface
        file.groups[group].isOther = !isSurface
    }

    private mutating func parseVertexPool(_ name: String) throws(MeshError) {
        while tokens.next != .close {
            let line = tokens.line
            let (keyword, word) = try takeHead()
            guard keyword == "vertex" else {
                try tokens.skipBody()
                continue
            }
            // A vertex without a number has the next one.
            let highest = file.pools[name]?.highest ?? -1
            guard let number = word.isEmpty ? highest + 1 : Int(word), number >= 0, number < 1 << 40
            else {
                throw MeshError(
                    line: line, reason: .expected("the number of a vertex", found: excerpt(word)))
            }
            vertices += 1
            try MeshBuilder.check(vertices, limits.vertices, "vertices", line: line)
            let vertex = try parseVertex()
            file.pools[name, default: EggFile.Pool()].highest = max(highest, number)
            file.pools[name, default: EggFile.Pool()].vertices[number] = vertex
        }
        try tokens.expect(.close, "}")
    }

    /// Takes a vertex, which is `nil` for a vertex of a curve with other than three coordinates.
    private mutating func parseVertex() throws(MeshError) -> Vector3? {
        var numbers: [Double] = []
        while tokens.next != .close {
            if case .word(let word) = tokens.next {
                numbers.append(try coordinate(word, line: tokens.line))
                try MeshBuilder.check(numbers.count, 4, "coordinates", line: tokens.line)
                _ = try tokens.take()
            } else {
                _ = try takeHead()
                try tokens.skipBody()
            }
        }
        try tokens.expect(.close, "}")
        return numbers.count == 3 ? Vector3(numbers[0], numbers[1], numbers[2]) : nil
    }

    private mutating func parsePolygon(
        _ kind: EggFile.Polygon.Kind, _ group: Int, _ line: Int
    ) throws(MeshError) {
        try MeshBuilder.check(
            file.polygons.count + 1, limits.triangles, "polygons", line: line)
        var polygon = EggFile.Polygon(kind: kind, group: group, line: line)
        while tokens.next != .close {
            let (keyword, _) = try takeHead()
            if keyword == "vertexref" {
                try parseReferences(&polygon)
            } else {
                try tokens.skipBody()
            }
        }
        try tokens.expect(.close, "}")
        file.polygons.append(polygon)
    }

    private mutating func parseReferences(
        _ polygon: inout EggFile.Polygon
    ) throws(MeshError) {
        while tokens.next != .close {
            guard case .word(let word) = tokens.next else {
                let (keyword, _) = try takeHead()
                if keyword == "ref" {
                    polygon.pool = try takeWords().last ?? ""
                } else {
                    try tokens.skipBody()
                }
                continue
            }
            guard let number = Int(word) else { throw tokens.expected("the number of a vertex") }
            polygon.numbers.append(number)
            try MeshBuilder.check(
                polygon.numbers.count, limits.corners, "corners of a polygon", line: tokens.line)
            _ = try tokens.take()
        }
        try tokens.expect(.close, "}")
    }
}
