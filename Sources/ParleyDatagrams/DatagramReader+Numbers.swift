extension DatagramReader {
    /// Reads an integer of as many bytes as its type has, in two's complement.
    ///
    /// - Parameters:
    ///   - type: The type of the integer, which is the width on the wire.
    ///   - order: The order of the bytes.
    /// - Returns: The integer.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self, _ order: ByteOrder = .little
    ) throws(DatagramError) -> Value {
        let value = try peek(type, order)
        position &+= MemoryLayout<Value>.size
        return value
    }

    /// Returns the next integer and does not move the position.
    ///
    /// - Parameters:
    ///   - type: The type of the integer, which is the width on the wire.
    ///   - order: The order of the bytes.
    /// - Returns: The integer.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public func peek<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self, _ order: ByteOrder = .little
    ) throws(DatagramError) -> Value {
        guard remainingCount >= MemoryLayout<Value>.size else {
            throw numberShortfall(type)
        }
        // Bytes are left, so there is a block, and the position is inside it.
        let stored = unsafe datagram.block.unsafelyUnwrapped.start.loadUnaligned(
            fromByteOffset: datagram.offset &+ position, as: Value.self)
        return order == .little ? Value(littleEndian: stored) : Value(bigEndian: stored)
    }

    /// Not available, because the width of `Int` differs between machines.
    ///
    /// Read `Int32.self` or another type of fixed width.
    @available(*, unavailable, message: "say the width on the wire: Int32.self, Int64.self …")
    public mutating func read(
        _ type: Int.Type, _ order: ByteOrder = .little
    ) throws(DatagramError) -> Int { 0 }

    /// Not available, because the width of `UInt` differs between machines.
    ///
    /// Read `UInt32.self` or another type of fixed width.
    @available(*, unavailable, message: "say the width on the wire: UInt32.self, UInt64.self …")
    public mutating func read(
        _ type: UInt.Type, _ order: ByteOrder = .little
    ) throws(DatagramError) -> UInt { 0 }

    /// Reads a 32-bit IEEE 754 number.
    ///
    /// - Parameters:
    ///   - type: `Float.self`.
    ///   - order: The order of the bytes.
    /// - Returns: The number, which may be infinite or NaN.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public mutating func read(
        _ type: Float.Type, _ order: ByteOrder = .little
    ) throws(DatagramError) -> Float {
        Float(bitPattern: try read(UInt32.self, order))
    }

    /// Reads a 64-bit IEEE 754 number.
    ///
    /// - Parameters:
    ///   - type: `Double.self`.
    ///   - order: The order of the bytes.
    /// - Returns: The number, which may be infinite or NaN.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public mutating func read(
        _ type: Double.Type, _ order: ByteOrder = .little
    ) throws(DatagramError) -> Double {
        Double(bitPattern: try read(UInt64.self, order))
    }

    /// Reads a Boolean, which is one byte.
    ///
    /// - Parameter type: `Bool.self`.
    /// - Returns: Whether the byte is not 0.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public mutating func read(_ type: Bool.Type) throws(DatagramError) -> Bool {
        try read(UInt8.self) != 0
    }

    @usableFromInline @inline(never)
    func numberShortfall<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type
    ) -> DatagramError {
        shortfall("\(type)", MemoryLayout<Value>.size)
    }
}
