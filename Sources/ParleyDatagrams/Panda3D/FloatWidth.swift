/// The width on the wire of Panda3D's `stdfloat`, which a program chooses.
///
/// Both ends must use the same width, because the bytes do not announce it.
public enum FloatWidth: Sendable, Hashable, CaseIterable {
    /// 32 bits, Panda3D's default.
    case float32
    /// 64 bits, as after Panda3D's `setStdfloatDouble(True)`.
    case float64
}

extension Datagram {
    /// Appends a number in either width (Panda3D's `addStdfloat`).
    ///
    /// Panda3D as it is distributed rounds the number to 32 bits first. Here all 64 bits are sent when
    /// the width is 64 bits.
    ///
    /// - Parameters:
    ///   - value: The number, which a width of 32 bits rounds to the nearest.
    ///   - width: The width on the wire.
    public mutating func appendStandardFloat(_ value: Double, width: FloatWidth = .float32) {
        switch width {
        case .float32: append(Float(value))
        case .float64: append(value)
        }
    }
}

extension DatagramReader {
    /// Reads a number in either width (Panda3D's `getStdfloat`).
    ///
    /// - Parameter width: The width on the wire.
    /// - Returns: The number.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public mutating func readStandardFloat(
        width: FloatWidth = .float32
    ) throws(DatagramError) -> Double {
        switch width {
        case .float32: Double(try read(Float.self))
        case .float64: try read(Double.self)
        }
    }
}
