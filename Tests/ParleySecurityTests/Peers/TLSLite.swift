import Foundation
import TestNetworks
import Testing

/// tlslite-ng: TLS in Python, which has no line of OpenSSL.
enum TLSLite {
    /// The Python that has it, if there is one: `Tests/run` makes an environment and names it.
    static let python: String? = {
        guard let python = ProcessInfo.processInfo.environment["PARLEY_PANDA_PYTHON"],
            let check = try? PeerProgram([
                python, "-c", "import tlslite.api; print('there', flush=True)",
            ]), (try? check.wait(for: "there\n")) != nil
        else { return nil }
        return python
    }()

    /// The client's argument is a port. It says goodbye, with close_notify.
    static let client = """
        import socket, sys
        from tlslite.api import HandshakeSettings, TLSConnection
        settings = HandshakeSettings()
        settings.minVersion = settings.maxVersion = (3, 4)
        stream = TLSConnection(socket.create_connection(("127.0.0.1", int(sys.argv[1]))))
        stream.handshakeClientCert(settings=settings, serverName="localhost", alpn=[b"parley/1"])
        assert stream.version == (3, 4) and stream.session.appProto == b"parley/1"
        stream.sendall(sys.stdin.readline().encode())
        print(stream.recv(100).decode(), flush=True)
        stream.close()
        """

    /// The server's argument is a file with a key and its certificate.
    static let server = """
        import socket, sys
        from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
        text = open(sys.argv[1]).read()
        chain = X509CertChain()
        chain.parsePemList(text)
        settings = HandshakeSettings()
        settings.minVersion = settings.maxVersion = (3, 4)
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        stream = TLSConnection(listener.accept()[0])
        stream.handshakeServer(
            certChain=chain, privateKey=parsePEMKey(text, private=True), settings=settings,
            alpn=[bytearray(b"parley/1")])
        stream.sendall(stream.recv(100).upper())
        stream.close()
        """
}

extension Trait where Self == ConditionTrait {
    /// Skips a test where Python has no tlslite-ng.
    static var needsTLSLite: Self {
        .enabled(if: TLSLite.python != nil, "needs tlslite-ng, which Tests/run installs")
    }
}
