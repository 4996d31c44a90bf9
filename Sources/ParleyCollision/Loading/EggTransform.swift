/// The entries of a `<Transform>`, which are applied one after the other.
struct EggTransform {
    private(set) var frame = Frame.identity

    /// Parses the entries and takes the closing brace.
    mutating func parse(_ tokens: inout EggTokens, _ limits: MeshLimits) throws(MeshError) {
        while tokens.next != .close {
            let line = tokens.line
            guard case .keyword(let keyword) = tokens.next else {
                throw tokens.expected("an entry")
            }
            _ = try tokens.take()
            try tokens.expect(.open, "{")
            var numbers: [Double] = []
            while case .word(let word) = tokens.next {
                numbers.append(try coordinate(word, line: tokens.line))
                try MeshBuilder.check(numbers.count, 16, "numbers", line: tokens.line)
                _ = try tokens.take()
            }
            try tokens.expect(.close, "}")
            guard let next = Self.frame(keyword.lowercased(), numbers) else {
                throw MeshError(
                    line: line,
                    reason: .expected(
                        "a transform", found: "<\(excerpt(keyword))> of \(numbers.count) numbers"))
            }
            frame = frame.then(next)
            guard frame.x.isFinite, frame.y.isFinite, frame.z.isFinite, frame.origin.isFinite else {
                throw MeshError(line: line, reason: .outOfRange("the transform"))
            }
        }
        try tokens.expect(.close, "}")
    }

    private static func frame(_ keyword: String, _ numbers: [Double]) -> Frame? {
        switch (keyword, numbers.count) {
        case ("translate", 2): .translation(Vector3(numbers[0], numbers[1]))
        case ("translate", 3): .translation(vector(numbers, 0))
        case ("scale", 1): .scaling(Vector3(numbers[0], numbers[0], numbers[0]))
        case ("scale", 2): .scaling(Vector3(numbers[0], numbers[1], 1))
        case ("scale", 3): .scaling(vector(numbers, 0))
        case ("rotx", 1): .rotation(degrees: numbers[0], around: Vector3(1, 0, 0))
        case ("roty", 1): .rotation(degrees: numbers[0], around: Vector3(0, 1, 0))
        case ("rotz", 1), ("rotate", 1):
            .rotation(degrees: numbers[0], around: Vector3(0, 0, 1))
        case ("rotate", 4): .rotation(degrees: numbers[0], around: vector(numbers, 1))
        case ("matrix3", 9):
            Frame(
                x: Vector3(numbers[0], numbers[1]), y: Vector3(numbers[3], numbers[4]),
                origin: Vector3(numbers[6], numbers[7]))
        case ("matrix4", 16):
            // The rows of a matrix that is multiplied by a row vector on its left.
            Frame(
                x: vector(numbers, 0), y: vector(numbers, 4), z: vector(numbers, 8),
                origin: vector(numbers, 12))
        default: nil
        }
    }

    private static func vector(_ numbers: [Double], _ first: Int) -> Vector3 {
        Vector3(numbers[first], numbers[first + 1], numbers[first + 2])
    }
}
