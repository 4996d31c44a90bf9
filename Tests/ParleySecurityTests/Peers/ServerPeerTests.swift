import Foundation
import ParleySecurity
import TestNetworks
import Testing

/// Servers of other implementations, and a client of this one.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ServerPeerTests {
    private func connect(
        _ port: UInt16, trust: TLSTrust, host: String = "localhost"
    ) throws -> TLSLink {
        let engine = try TLSEngine(
            connecting: TLSClientContext(trust: trust), host: host, port: port,
            time: Int64(Date().timeIntervalSince1970))
        return TLSLink(engine, over: try BlockingSocket.connect(port: port))
    }

    /// The port in the last line of what a program printed.
    private func port(in text: String) throws -> UInt16 {
        let digits = text.reversed().drop { !$0.isNumber }.prefix { $0.isNumber }
        return try #require(UInt16(String(digits.reversed())))
    }

    private func openssl(_ identity: String, _ arguments: [String]) throws -> (PeerProgram, UInt16)
    {
        let server = try PeerProgram(
            [
                "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", identity, "-key",
                identity, "-rev",
            ] + arguments)
        try server.wait(for: "ACCEPT 127.0.0.1:")
        return (server, try port(in: server.wait(for: "\n")))
    }

    @Test(.needs("openssl", package: "openssl")) func opensslAnswers() throws {
        let folder = try Folder()
        let identity = try TLSIdentity(keptIn: folder.path("server.pem"))
        let (server, port) = try openssl(folder.path("server.pem"), ["-alpn", "parley/1"])
        let authority = try folder.write(
            identity.certificatesPEM, to: "authority.pem", mode: 0o644)
        for trust in [TLSTrust.pin(identity.pin), .authority(file: authority)] {
            let link = try connect(port, trust: trust)
            try link.handshake()
            #expect(link.endpoint.engine.peer?.key == identity.pin)
            try link.say("hello\n")
            try link.wait(for: "olleh\n")
            link.finish()
            try link.waitForEnd()
        }
        let wrong = try connect(port, trust: .authority(file: authority), host: "example.org")
        #expect(throws: TLSError.certificate(.wrongName(expected: "example.org"))) {
            try wrong.handshake()
        }
        withExtendedLifetime(server) {}
    }

    @Test(.needs("openssl", package: "openssl")) func serversOfOtherProtocolsAreNamed() throws {
        let folder = try Folder()
        let identity = try TLSIdentity(keptIn: folder.path("server.pem"))
        let cases: [([String], TLSError)] = [
            (["-tls1_3"], .noApplicationProtocol),
            (["-tls1_2", "-alpn", "parley/1"], .oldVersion),
        ]
        for (arguments, error) in cases {
            let (server, port) = try openssl(folder.path("server.pem"), arguments)
            let link = try connect(port, trust: .pin(identity.pin))
            #expect(throws: error) { try link.handshake() }
            withExtendedLifetime(server) {}
        }
    }

    @Test(.needs("gnutls-serv", package: "gnutls-bin")) func gnutlsAnswers() throws {
        let folder = try Folder()
        let identity = try TLSIdentity(keptIn: folder.path("server.pem"))
        // It cannot let the system choose, so a port that was free a moment ago must do.
        let port = try BlockingSocket.listen().port
        let server = try PeerProgram([
            "gnutls-serv", "--port", "\(port)", "--echo", "--alpn", "parley/1",
            "--x509certfile", folder.path("server.pem"), "--x509keyfile",
            folder.path("server.pem"),
        ])
        try server.wait(for: "listening on IPv4")
        try server.wait(for: "done")
        let link = try connect(port, trust: .pin(identity.pin))
        try link.handshake()
        try link.say("hello\n")
        try link.wait(for: "hello\n")
        link.finish()
        withExtendedLifetime(server) {}
    }

    private static let python = """
        import socket, ssl, sys
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1])
        context.set_alpn_protocols(["parley/1"])
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        stream = context.wrap_socket(listener.accept()[0], server_side=True)
        stream.sendall(stream.recv(100).upper())
        if sys.argv[2] == "goodbye":
            stream.unwrap()
        stream.close()
        """

    @Test(.needs("python3", package: "python3"), arguments: ["goodbye", "none"])
    func pythonAnswers(ending: String) throws {
        let folder = try Folder()
        let identity = try TLSIdentity(keptIn: folder.path("server.pem"))
        let server = try PeerProgram([
            "python3", "-c", Self.python, folder.path("server.pem"), ending,
        ])
        let link = try connect(port(in: server.wait(for: "\n")), trust: .pin(identity.pin))
        try link.handshake()
        try link.say("hello")
        try link.wait(for: "HELLO")
        if ending == "goodbye" {
            link.finish()
            try link.waitForEnd()
            #expect(link.endpoint.engine.state == .finishedByPeer)
        } else {
            #expect(throws: TLSError.truncated) { try link.waitForEnd() }
        }
        withExtendedLifetime(server) {}
    }

    private static let java = """
        import java.io.*;
        import java.net.InetAddress;
        import java.nio.file.*;
        import java.security.*;
        import java.security.cert.*;
        import java.security.spec.PKCS8EncodedKeySpec;
        import java.util.Base64;
        import javax.net.ssl.*;

        public class Server {
            static byte[] read(String pem, String kind) {
                String begin = "-----BEGIN " + kind + "-----";
                int start = pem.indexOf(begin) + begin.length();
                int end = pem.indexOf("-----END " + kind + "-----");
                return Base64.getMimeDecoder().decode(pem.substring(start, end));
            }

            public static void main(String[] arguments) throws Exception {
                String pem = Files.readString(Path.of(arguments[0]));
                PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(
                    new PKCS8EncodedKeySpec(read(pem, "PRIVATE KEY")));
                java.security.cert.Certificate certificate = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(read(pem, "CERTIFICATE")));
                KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null);
                store.setKeyEntry("server", key, new char[0],
                    new java.security.cert.Certificate[] {certificate});
                KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(store, new char[0]);
                SSLContext context = SSLContext.getInstance("TLSv1.3");
                context.init(keys.getKeyManagers(), null, null);
                SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory()
                    .createServerSocket(0, 8, InetAddress.getByName("127.0.0.1"));
                SSLParameters parameters = listener.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {"parley/1"});
                listener.setSSLParameters(parameters);
                System.out.println(listener.getLocalPort());
                SSLSocket socket = (SSLSocket) listener.accept();
                byte[] bytes = new byte[100];
                int count = socket.getInputStream().read(bytes);
                String text = new String(bytes, 0, count);
                socket.getOutputStream().write(text.toUpperCase().getBytes());
                socket.close();
            }
        }
        """

    @Test(.needs("javac", package: "default-jdk-headless")) func javaAnswers() throws {
        let folder = try Folder()
        let identity = try TLSIdentity(keptIn: folder.path("server.pem"))
        let program = try folder.write(Self.java, to: "Server.java")
        let server = try PeerProgram(["java", program, folder.path("server.pem")])
        let link = try connect(port(in: server.wait(for: "\n")), trust: .pin(identity.pin))
        try link.handshake()
        #expect(link.endpoint.engine.peer?.key == identity.pin)
        try link.say("hello")
        try link.wait(for: "HELLO")
        link.finish()
        try link.waitForEnd()
        #expect(link.endpoint.engine.state == .finishedByPeer)
        withExtendedLifetime(server) {}
    }

    @Test(.needsTLSLite) func tlsliteAnswers() throws {
        let folder = try Folder()
        let identity = try TLSIdentity(keptIn: folder.path("server.pem"))
        let server = try PeerProgram([
            try #require(TLSLite.python), "-c", TLSLite.server, folder.path("server.pem"),
        ])
        let link = try connect(port(in: server.wait(for: "\n")), trust: .pin(identity.pin))
        try link.handshake()
        try link.say("hello")
        try link.wait(for: "HELLO")
        link.finish()
        try link.waitForEnd()
        #expect(link.endpoint.engine.state == .finishedByPeer)
        withExtendedLifetime(server) {}
    }
}
