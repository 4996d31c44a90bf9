extension Datagram {
    /// Appends an integer in as many bytes as its type has, two's complement.
    ///
    /// Panda3D's `addInt8` … `addUint64` and, with `.big`, `addBeInt16` … `addBeUint64`.
    ///
    /// - Parameters:
    ///   - value: its type says the width on the wire.
    ///   - order: which byte goes first.
    @inlinable @inline(__always)
    public mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: Value, _ order: ByteOrder = .little
    ) {
        let ordered = order == .little ? value.littleEndian : value.bigEndian
        unsafe extend(by: MemoryLayout<Value>.size).storeBytes(of: ordered, as: Value.self)
    }

    /// Not available: the width of `Int` differs between machines.
    ///
    /// Say `Int32(value)` or the like.
    @available(*, unavailable, message: "say the width on the wire: Int32(value), Int64(value) …")
    public mutating func append(_ value: Int, _ order: ByteOrder = .little) {}

    /// Not available: the width of `UInt` differs between machines.
    ///
    /// Say `UInt32(value)` or the like.
    @available(*, unavailable, message: "say the width on the wire: UInt32(value), UInt64(value) …")
    public mutating func append(_ value: UInt, _ order: ByteOrder = .little) {}

    /// Appends a 32-bit IEEE 754 number (Panda3D's `addFloat32`, `addBeFloat32`).
    ///
    /// - Parameters:
    ///   - value: any, infinities and NaN included; its bits travel as they are.
    ///   - order: which byte goes first.
    @inlinable @inline(__always)
    public mutating func append(_ value: Float, _ order: ByteOrder = .little) {
        append(value.bitPattern, order)
    }

    /// Appends a 64-bit IEEE 754 number (Panda3D's `addFloat64`, `addBeFloat64`).
    ///
    /// - Parameters:
    ///   - value: any, infinities and NaN included; its bits travel as they are.
    ///   - order: which byte goes first.
    @inlinable @inline(__always)
    public mutating func append(_ value: Double, _ order: ByteOrder = .little) {
        append(value.bitPattern, order)
    }

    /// Appends one byte, 0 or 1 (Panda3D's `addBool`).
    ///
    /// - Parameter value: what to append.
    @inlinable @inline(__always)
    public mutating func append(_ value: Bool) {
        append(value ? 1 as UInt8 : 0)
    }
}
