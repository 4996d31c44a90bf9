extension Datagram {
    /// Appends a value of a type that is known only at run time (Panda3D's `putArg`).
    ///
    /// When it throws, nothing is appended.
    ///
    /// - Parameters:
    ///   - argument: The value. The types of whole numbers cut a fraction off.
    ///   - type: The type on the wire.
    ///   - divisor: The factor of fixed-point numbers. When it is not 1, numbers are multiplied by it
    ///     and rounded, half to even, in `float64` too. It does not change texts and blobs.
    /// - Throws: ``DatagramError`` when the value is of another kind or does not fit the type.
    public mutating func append(
        _ argument: Argument, as type: ArgumentType, divisor: Int = 1
    ) throws(DatagramError) {
        switch (type, argument) {
        case (.string, .text(let text)): try append(text)
        case (.blob, .blob(let bytes)): try append(blob: bytes)
        case (.blob32, .blob(let bytes)): try append(blob: bytes, length: .uint32)
        case (_, .list(let elements)): try append(elements, as: type, divisor: divisor)
        default: try append(number: argument, as: type, divisor: divisor)
        }
    }

    private mutating func append(
        _ list: [Argument], as type: ArgumentType, divisor: Int
    ) throws(DatagramError) {
        guard let types = type.elements else {
            throw .notRepresentable(value: "a list", type: type.rawValue)
        }
        var packed = Datagram()
        for element in list {
            if types.count == 1 {
                try packed.append(number: element, as: types[0], divisor: divisor)
                continue
            }
            guard case .list(let numbers) = element, numbers.count == types.count else {
                throw .notRepresentable(value: "\(element)", type: "an element of \(type.rawValue)")
            }
            for (number, type) in zip(numbers, types) {
                try packed.append(number: number, as: type, divisor: divisor)
            }
        }
        try append(blob: packed)
    }

    private mutating func append(
        number: Argument, as type: ArgumentType, divisor: Int
    ) throws(DatagramError) {
        if type == .float64 {
            return append(try number.double(times: divisor))
        }
        switch type {
        case .int8: append(try number.integer(times: divisor, as: Int8.self))
        case .int16: append(try number.integer(times: divisor, as: Int16.self))
        case .int32: append(try number.integer(times: divisor, as: Int32.self))
        case .int64: append(try number.integer(times: divisor, as: Int64.self))
        case .uint8: append(try number.integer(times: divisor, as: UInt8.self))
        case .uint16: append(try number.integer(times: divisor, as: UInt16.self))
        case .uint32: append(try number.integer(times: divisor, as: UInt32.self))
        case .uint64: append(try number.integer(times: divisor, as: UInt64.self))
        default: throw .notRepresentable(value: "\(number)", type: type.rawValue)
        }
    }
}

extension Argument {
    /// The number as a whole number on the wire.
    fileprivate func integer<Value: FixedWidthInteger>(
        times divisor: Int, as type: Value.Type
    ) throws(DatagramError) -> Value {
        let value: Value? =
            switch self {
            case .integer(let value): value.exactly(times: divisor)
            case .unsigned(let value): value.exactly(times: divisor)
            case .real(let value):
                Value(
                    exactly: divisor == 1
                        ? value.rounded(.towardZero)
                        : (value * Double(divisor)).rounded(.toNearestOrEven))
            case .text, .blob, .list: nil
            }
        guard let value else { throw .notRepresentable(value: "\(self)", type: "\(type)") }
        return value
    }

    fileprivate func double(times divisor: Int) throws(DatagramError) -> Double {
        let value: Double? =
            switch self {
            case .integer(let value): Double(value)
            case .unsigned(let value): Double(value)
            case .real(let value): value
            case .text, .blob, .list: nil
            }
        guard let value else { throw .notRepresentable(value: "\(self)", type: "float64") }
        return divisor == 1 ? value : (value * Double(divisor)).rounded(.toNearestOrEven)
    }
}

extension FixedWidthInteger {
    /// The product as a number of another type, or nil when it does not fit.
    fileprivate func exactly<Value: FixedWidthInteger>(times divisor: Int) -> Value? {
        guard let factor = Self(exactly: divisor) else { return nil }
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? nil : Value(exactly: product)
    }
}
