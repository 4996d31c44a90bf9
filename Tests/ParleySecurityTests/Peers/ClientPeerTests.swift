import Foundation
import ParleySecurity
import TestNetworks
import Testing

/// Clients of other implementations at a server of this one.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ClientPeerTests {
    /// Greets the client of another program and hears it.
    private func serve(
        greeted: String = "hello\n", _ arguments: (_ port: UInt16, _ authority: String) -> [String],
        body: (PeerProgram, TLSLink) throws -> Void
    ) throws -> TLSLink {
        let folder = try Folder()
        let identity = try TLSIdentity()
        let file = try folder.write(identity.certificatesPEM, to: "authority.pem", mode: 0o644)
        let (listener, port) = try BlockingSocket.listen()
        let client = try PeerProgram(arguments(port, file))
        let context = try TLSServerContext(identity: identity)
        let link = TLSLink(TLSEngine(accepting: context), over: try listener.accept())
        try link.handshake()
        try client.say(greeted)
        try link.wait(for: greeted)
        try link.say("welcome\n")
        try client.wait(for: "welcome\n")
        // The client lives until then: it ends with its last reference.
        try body(client, link)
        withExtendedLifetime(client) {}
        return link
    }

    private static func openssl(_ port: UInt16, _ authority: String) -> [String] {
        [
            "openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-tls1_3", "-alpn",
            "parley/1", "-CAfile", authority, "-verify_return_error", "-verify_hostname",
            "localhost", "-quiet", "-no_ign_eof",
        ]
    }

    @Test(.needs("openssl", package: "openssl")) func opensslIsWelcome() throws {
        let link = try serve { port, authority in
            Self.openssl(port, authority)
        } body: { client, link in
            try client.closeInput()
            // It says goodbye, with close_notify.
            try link.waitForEnd()
        }
        #expect(link.endpoint.engine.state == .finishedByPeer)
        #expect(link.endpoint.engine.peer?.cipher == "TLS_AES_128_GCM_SHA256")
    }

    @Test(.needs("gnutls-cli", package: "gnutls-bin")) func gnutlsIsWelcome() throws {
        let link = try serve { port, authority in
            [
                "gnutls-cli", "--port", "\(port)", "--x509cafile", authority, "--alpn",
                "parley/1", "--no-ca-verification", "127.0.0.1",
            ]
        } body: { client, link in
            try client.closeInput()
            try link.waitForEnd()
        }
        #expect(link.endpoint.engine.state == .finishedByPeer)
    }

    private static let python = """
        import socket, ssl, sys
        context = ssl.create_default_context(cafile=sys.argv[2])
        context.set_alpn_protocols(["parley/1"])
        plain = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        stream = context.wrap_socket(plain, server_hostname="localhost")
        assert stream.selected_alpn_protocol() == "parley/1" and stream.version() == "TLSv1.3"
        stream.sendall(sys.stdin.readline().encode())
        print(stream.recv(100).decode(), flush=True)
        if sys.argv[3] == "goodbye":
            stream.unwrap()
        """

    @Test(.needs("python3", package: "python3"), arguments: ["goodbye", "none"])
    func pythonIsWelcome(ending: String) throws {
        _ = try serve { port, authority in
            ["python3", "-c", Self.python, "\(port)", authority, ending]
        } body: { _, link in
            if ending == "goodbye" {
                // Its unwrap() waits for the answer to its close_notify.
                try link.run { $0.engine.state == .finishedByPeer }
                link.finish()
            } else {
                #expect(throws: TLSError.truncated) { try link.waitForEnd() }
            }
        }
    }

    @Test(.needsTLSLite) func tlsliteIsWelcome() throws {
        let python = try #require(TLSLite.python)
        let link = try serve { port, _ in
            [python, "-c", TLSLite.client, "\(port)"]
        } body: { _, link in
            try link.waitForEnd()
        }
        #expect(link.endpoint.engine.state == .finishedByPeer)
    }

    private static let java = """
        import java.io.*;
        import java.net.Socket;
        import java.nio.file.*;
        import java.security.KeyStore;
        import java.security.cert.CertificateFactory;
        import javax.net.ssl.*;

        public class Client {
            public static void main(String[] arguments) throws Exception {
                KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null);
                InputStream file = Files.newInputStream(Path.of(arguments[1]));
                store.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(file));
                TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(store);
                SSLContext context = SSLContext.getInstance("TLSv1.3");
                context.init(null, trust.getTrustManagers(), null);
                int port = Integer.parseInt(arguments[0]);
                SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(
                    new Socket("127.0.0.1", port), "localhost", port, true);
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {"parley/1"});
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                String line = new BufferedReader(new InputStreamReader(System.in)).readLine();
                socket.getOutputStream().write((line + "\\n").getBytes());
                System.out.println(new BufferedReader(
                    new InputStreamReader(socket.getInputStream())).readLine());
                socket.close();
            }
        }
        """

    @Test(.needs("javac", package: "default-jdk-headless")) func javaIsWelcome() throws {
        let folder = try Folder()
        let program = try folder.write(Self.java, to: "Client.java")
        _ = try serve { port, authority in
            ["java", program, "\(port)", authority]
        } body: { _, link in
            try link.waitForEnd()
            #expect(link.endpoint.engine.state == .finishedByPeer)
        }
    }

    private func refusal(_ arguments: [String]) throws -> TLSError? {
        let (listener, port) = try BlockingSocket.listen()
        let client = try PeerProgram(
            ["openssl", "s_client", "-connect", "127.0.0.1:\(port)"] + arguments)
        defer { withExtendedLifetime(client) {} }
        let context = try TLSServerContext(identity: TLSIdentity())
        let link = TLSLink(TLSEngine(accepting: context), over: try listener.accept())
        do throws(TLSError) {
            try link.handshake()
            return nil
        } catch {
            link.socket.finish()
            // The alert has reached the client, which understands it.
            try client.wait(
                for: error == .oldVersion ? "protocol version" : "no application protocol")
            return error
        }
    }

    @Test(.needs("openssl", package: "openssl")) func clientsOfOtherProtocolsAreTold() throws {
        #expect(try refusal(["-tls1_2", "-alpn", "parley/1"]) == .oldVersion)
        #expect(try refusal(["-tls1_3"]) == .noApplicationProtocol)
        #expect(try refusal(["-tls1_3", "-alpn", "h2,http/1.1"]) == .noApplicationProtocol)
    }

    @Test(.needs("openssl", package: "openssl")) func aClientThatDoesNotTrustIsHeard() throws {
        let (listener, port) = try BlockingSocket.listen()
        let other = try Folder()
        let authority = try other.write(TLSIdentity().certificatesPEM, to: "a.pem", mode: 0o644)
        let client = try PeerProgram(Self.openssl(port, authority))
        defer { withExtendedLifetime(client) {} }
        let context = try TLSServerContext(identity: TLSIdentity())
        let link = TLSLink(TLSEngine(accepting: context), over: try listener.accept())
        #expect(throws: TLSError.alert(TLSAlert(code: 48))) { try link.handshake() }
    }
}
