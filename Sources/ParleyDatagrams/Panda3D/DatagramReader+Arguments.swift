extension DatagramReader {
    /// Reads a value of a type that is known only at run time (Panda3D's `getArg`).
    ///
    /// It reads everything that ``Datagram/append(_:as:divisor:)`` appends. Panda3D's `getArg` reads
    /// neither a `uint32uint8array` nor arrays of bytes with a divisor.
    ///
    /// - Parameters:
    ///   - type: The type on the wire.
    ///   - divisor: The factor of fixed-point numbers. When it is not 1, numbers are divided by it and
    ///     are `real`.
    /// - Returns: The value.
    /// - Throws: ``DatagramError`` when there are too few bytes, when a text is not UTF-8, or when an
    ///   array is not a whole number of elements.
    public mutating func readArgument(
        _ type: ArgumentType, divisor: Int = 1
    ) throws(DatagramError) -> Argument {
        switch type {
        case .string: .text(try readString())
        case .blob: .blob(try readBlob())
        case .blob32: .blob(try readBlob(length: .uint32))
        default:
            if let elements = type.elements {
                try readList(elements, of: type, divisor: divisor)
            } else {
                try readNumber(type, divisor: divisor)
            }
        }
    }

    private mutating func readList(
        _ elements: [ArgumentType], of type: ArgumentType, divisor: Int
    ) throws(DatagramError) -> Argument {
        try atomically { (reader) throws(DatagramError) in
            let start = reader.position
            var packed = try reader.readBlob().reader
            let elementSize = elements.reduce(0) { $0 + $1.byteCount }
            guard packed.remainingCount.isMultiple(of: elementSize) else {
                throw .invalidValue(
                    expected: "a multiple of \(elementSize) bytes for \(type.rawValue)",
                    found: "\(packed.remainingCount) bytes", offset: start)
            }
            var list: [Argument] = []
            list.reserveCapacity(packed.remainingCount / elementSize)
            while !packed.isAtEnd {
                var numbers: [Argument] = []
                for element in elements {
                    numbers.append(try packed.readNumber(element, divisor: divisor))
                }
                list.append(numbers.count == 1 ? numbers[0] : .list(numbers))
            }
            return .list(list)
        }
    }

    private mutating func readNumber(
        _ type: ArgumentType, divisor: Int
    ) throws(DatagramError) -> Argument {
        switch type {
        case .int8: Self.argument(try read(Int8.self), divisor)
        case .int16: Self.argument(try read(Int16.self), divisor)
        case .int32: Self.argument(try read(Int32.self), divisor)
        case .int64: Self.argument(try read(Int64.self), divisor)
        case .uint8: Self.argument(try read(UInt8.self), divisor)
        case .uint16: Self.argument(try read(UInt16.self), divisor)
        case .uint32: Self.argument(try read(UInt32.self), divisor)
        case .uint64: Self.argument(try read(UInt64.self), divisor)
        default: Self.argument(try read(Double.self), divisor)
        }
    }

    private static func argument(_ value: some FixedWidthInteger, _ divisor: Int) -> Argument {
        guard divisor == 1 else { return .real(Double(value) / Double(divisor)) }
        return Argument(value) ?? .real(Double(value))
    }

    /// A division by 1 would change the bits of some NaNs.
    private static func argument(_ value: Double, _ divisor: Int) -> Argument {
        .real(divisor == 1 ? value : value / Double(divisor))
    }
}
