/// The head of an encoded value: the whole of a number, or the size of a value with contents.
enum CodedHead {
    /// A value without contents: nil, a Boolean or a number.
    case scalar(CodedScalar)
    case text(byteCount: Int)
    case bytes(count: Int)
    case array(count: Int)
    case keyed(count: Int)

    /// A short name of the value, for errors.
    var kind: String {
        switch self {
        case .scalar(let scalar): scalar.kind
        case .text: "a text"
        case .bytes(let count): "\(count) bytes"
        case .array(let count): "an array of \(count)"
        case .keyed(let count): "a value with \(count) keys"
        }
    }
}

extension DatagramReader {
    /// Reads what a value is, and stays before its contents.
    mutating func readHead() throws(DatagramError) -> CodedHead {
        let start = offset
        let tag = try read(UInt8.self)
        return switch tag {
        case CodedTag.smallInteger...: .scalar(.integer(Int64(tag & 0x7F)))
        case CodedTag.shortText...: .text(byteCount: Int(tag & 0x1F))
        case CodedTag.shortArray...: .array(count: Int(tag & 0x1F))
        case CodedTag.shortKeyed...: .keyed(count: Int(tag & 0x1F))
        case CodedTag.null: .scalar(.null)
        case CodedTag.no: .scalar(.bool(false))
        case CodedTag.yes: .scalar(.bool(true))
        case CodedTag.positive: .scalar(CodedScalar(unsigned: try readVarint()))
        case CodedTag.negative: .scalar(.integer(try readNegative()))
        case CodedTag.float: .scalar(.float(try read(Float.self)))
        case CodedTag.double: .scalar(.double(try read(Double.self)))
        case CodedTag.text: .text(byteCount: try readContentCount())
        case CodedTag.bytes: .bytes(count: try readContentCount())
        case CodedTag.array: .array(count: try readContentCount())
        case CodedTag.keyed: .keyed(count: try readContentCount())
        default:
            throw .invalidValue(
                expected: "the tag of a value", found: "the byte \(tag)", offset: start)
        }
    }

    private mutating func readNegative() throws(DatagramError) -> Int64 {
        let start = offset
        let value = try readVarint()
        guard let distance = Int64(exactly: value) else {
            throw .invalidValue(
                expected: "a negative number of 64 bits", found: "-1 - \(value)", offset: start)
        }
        return -1 - distance
    }

    /// Reads a count of contents, each of which takes at least one byte.
    private mutating func readContentCount() throws(DatagramError) -> Int {
        let count = try readVarint()
        guard count <= UInt64(remainingCount) else {
            throw .endOfDatagram(
                expected: "contents", byteCount: Int(clamping: count), available: remainingCount,
                offset: offset)
        }
        return Int(count)
    }
}
