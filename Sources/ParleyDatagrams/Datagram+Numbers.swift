extension Datagram {
    /// Appends an integer in as many bytes as its type has, in two's complement.
    ///
    /// - Parameters:
    ///   - value: The integer. Its type is the width on the wire.
    ///   - order: The order of the bytes.
    @inlinable @inline(__always)
    public mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: Value, _ order: ByteOrder = .little
    ) {
        let ordered = order == .little ? value.littleEndian : value.bigEndian
        unsafe extend(by: MemoryLayout<Value>.size).storeBytes(of: ordered, as: Value.self)
    }

    /// Not available, because the width of `Int` differs between machines.
    ///
    /// Append `Int32(value)` or another type of fixed width.
    @available(*, unavailable, message: "say the width on the wire: Int32(value), Int64(value) …")
    public mutating func append(_ value: Int, _ order: ByteOrder = .little) {}

    /// Not available, because the width of `UInt` differs between machines.
    ///
    /// Append `UInt32(value)` or another type of fixed width.
    @available(*, unavailable, message: "say the width on the wire: UInt32(value), UInt64(value) …")
    public mutating func append(_ value: UInt, _ order: ByteOrder = .little) {}

    /// Appends a 32-bit IEEE 754 number.
    ///
    /// - Parameters:
    ///   - value: The number. Infinities and NaN keep their bits.
    ///   - order: The order of the bytes.
    @inlinable @inline(__always)
    public mutating func append(_ value: Float, _ order: ByteOrder = .little) {
        append(value.bitPattern, order)
    }

    /// Appends a 64-bit IEEE 754 number.
    ///
    /// - Parameters:
    ///   - value: The number. Infinities and NaN keep their bits.
    ///   - order: The order of the bytes.
    @inlinable @inline(__always)
    public mutating func append(_ value: Double, _ order: ByteOrder = .little) {
        append(value.bitPattern, order)
    }

    /// Appends a Boolean as one byte, 0 or 1.
    ///
    /// - Parameter value: The Boolean.
    @inlinable @inline(__always)
    public mutating func append(_ value: Bool) {
        append(value ? 1 as UInt8 : 0)
    }
}
