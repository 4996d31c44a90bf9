public import ParleySecurity
internal import ParleySockets

/// The keys of this user's servers on a machine: files on this one, or the records of a simulated one.
struct LoopbackKeys: Sendable {
    private let records: MachineRecords?
    private let files = LoopbackPins()

    /// The keys on a server's own machine.
    init(machine: any Machine) {
        records = machine.records
    }

    /// The keys at an address for which `machine.sharesRecords(with:)`.
    init(at address: SocketAddress, from machine: any Machine) {
        records = machine.records.map { _ in machine.records(at: address) ?? MachineRecords() }
    }

    /// The key of the server at a port. May block.
    func read(port: UInt16) throws(LoopbackPinError) -> PublicKeyPin {
        let found: PublicKeyPin?
        if let records {
            found = records[Self.name(port)].flatMap {
                PublicKeyPin(String(decoding: $0, as: UTF8.self)[...])
            }
        } else {
            do throws(SecurityFileError) {
                found = try files.read(port: port)
            } catch {
                throw .file(error)
            }
        }
        guard let found else { throw .noServer(port: port) }
        return found
    }

    /// Remembers the key of the server at a port. May block.
    func write(_ pin: PublicKeyPin, port: UInt16) throws(LoopbackPinError) {
        if let records {
            records[Self.name(port)] = Array("\(pin)".utf8)
            return
        }
        do throws(SecurityFileError) {
            try files.write(pin, port: port)
        } catch {
            throw .file(error)
        }
    }

    /// Forgets the server at a port, if its key is still this one. May block.
    func remove(_ pin: PublicKeyPin, port: UInt16) {
        if let records {
            guard (try? read(port: port)) == pin else { return }
            records[Self.name(port)] = nil
        } else {
            files.remove(pin, port: port)
        }
    }

    private static func name(_ port: UInt16) -> String { "loopback key \(port)" }
}

/// The key of a server on this machine could not be read or written.
public enum LoopbackPinError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No server of this user has left a key for that port.
    case noServer(port: UInt16)
    /// A file could not be read or written.
    case file(SecurityFileError)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .noServer(let port):
            "no encrypted server of this user runs at port \(port) of this machine: "
                + "name an invite, an authority or the server's key, or .none for a plain server"
        case .file(let error): error.description
        }
    }
}

/// A client chose nothing to verify a server by that it knows by its address only.
public struct UnnamedServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The numeric address.
    public let address: String

    package init(address: String) {
        self.address = address
    }

    /// What to do about it, in a sentence.
    public var description: String {
        "authorities vouch for names, and \(address) is an address: "
            + "name an invite, an authority or the server's key"
    }
}
