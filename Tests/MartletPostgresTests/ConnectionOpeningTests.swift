import Foundation
import Glibc
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("Opening a PostgreSQL connection", .timeLimit(.minutes(5)))
struct ConnectionOpeningTests {
    @Test(
        "never shows a password",
        arguments: [
            "postgres://ann:hunter2@db.example/app", "postgresql://ann:hun%74er2-hunter2@db.example/app",
            "postgres://ann@db.example/app?password=hunter2", "postgres://db/app?user=ann&password=hunter2&port=1",
            "postgres://ann@db/app?pass%77ord=hunter2", "postgres://ann:hun@ter2hunter2@db/app",
            "host=db password=hunter2 dbname=app", "password = 'a hunter2' host=db", "password='a\\'hunter2' host=db",
            "password=a\\ hunter2 host=db", "password=a&hunter2 host=db", "host=db sslpassword=hunter2",
            "PASSWORD=hunter2 host=db", "host=db password='hunter2", "host=db password=a hunter2",
            "postgres://ann:hunter2/2@db/app", "postgres://ann:a%ZZhunter2@db/app", "postgres://ann:[hunter2@db/app",
            "host=db passwort=hunter2",
        ]
    )
    func hidesPasswords(_ text: String) async throws {
        // A port at which nobody listens, so that the error of connecting is looked at too.
        let engine = try PostgresEngine(text, connectTimeout: .milliseconds(200))
        #expect(!engine.displayName.contains("hunter2"), "\(engine.displayName)")
        if ConnectionOpeningTests.isUnreadable(text) {
            let error = try await expectFailure(.invalidConnectionString) {
                _ = try await engine.connect(.readWrite)
            }
            #expect(!"\(error) \(String(reflecting: error))".contains("hunter2"), "\(error)")
        }
    }

    private static func isUnreadable(_ text: String) -> Bool {
        ["='hunter2", "a hunter2", "%ZZ", "passwort", "PASSWORD", "hun@ter2", "hunter2/2"]
            .contains { text.contains($0) }
            && !text.contains("'a hunter2'")
    }

    @Test(
        "shows what is not secret as it is written",
        arguments: [
            "postgres://ann@db.example:5433/app?sslmode=require", "host=/tmp dbname='a b' user=ann", "app", "",
        ]
    )
    func showsTheRest(_ text: String) throws {
        #expect(try PostgresEngine(text).displayName == text)
    }

    @Test("keeps the rest in a form that can be connected to")
    func showsUsableForm() async throws {
        let server = try await ConnectionFixture.server.value
        let database = "opening's \\ \"test\""
        try await server.createDatabase(named: database)
        let text = server.connectionString(database: database) + " password=hunter2"
        let shown = try PostgresEngine(text).displayName
        let connection = try await PostgresEngine(shown).connect(.readWrite)
        #expect(try await connection.text("SELECT current_database()::text") == database)
        await connection.close()
    }

    @Test("takes URLs, services and variables of the environment")
    func forms() async throws {
        let server = try await ConnectionFixture.server.value
        let folder = server.folder
        let encoded = folder.replacing("/", with: "%2F")
        let services = FileManager.default.temporaryDirectory.appending(path: "martlet-services-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: services) }
        try "[mine]\nhost=\(folder)\nuser=postgres\ndbname=template1\n"
            .write(to: services, atomically: true, encoding: .utf8)
        let forms: [(String, String)] = [
            ("postgres://postgres:secret@\(encoded)/postgres?application_name=named", "postgres named"),
            ("host=\(folder) user=postgres dbname=postgres", "postgres martlet"),
            ("servicefile=\(services.path) service=mine", "template1 martlet"),
        ]
        for (text, answer) in forms where !text.hasPrefix("servicefile") {
            let connection = try await PostgresEngine(text).connect(.readWrite)
            let found = try await connection.text(
                "SELECT current_database() || ' ' || current_setting('application_name')"
            )
            #expect(found == answer)
            await connection.close()
        }
        // The environment belongs to the process, so it is changed in one of its own.
        await #expect(processExitsWith: .success) { [folder = folder as String, file = services.path as String] in
            setenv("PGHOST", folder, 1)
            setenv("PGUSER", "postgres", 1)
            let connection = try await PostgresEngine("").connect(.readWrite)
            #expect(try await connection.text("SELECT current_database()::text") == "postgres")
            setenv("PGSERVICEFILE", file, 1)
            let other = try await PostgresEngine("service=mine").connect(.readWrite)
            #expect(try await other.text("SELECT current_database()::text") == "template1")
        }
    }

    @Test("gives up on a server that accepts and never answers, in the time given, said or none is left")
    func silentServer() async throws {
        let listener = try SilentListener()
        let text = "host=127.0.0.1 port=\(listener.port) user=ann dbname=app"
        let begin = ContinuousClock.now
        let engine = try PostgresEngine(text, connectTimeout: .milliseconds(200))
        let error = try await expectFailure(.unreachable) { _ = try await engine.connect(.readWrite) }
        #expect(error.message.contains("0.2 seconds"), "\(error)")
        let said = try PostgresEngine(text + " connect_timeout=1", connectTimeout: .seconds(1_000))
        try await expectFailure(.unreachable) { _ = try await said.connect(.readWrite) }
        let patient = try PostgresEngine(text, connectTimeout: .seconds(1_000))
        let task = Task { _ = try await patient.connect(.readWrite) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        try await expectFailure(.cancelled) { try await task.value }
        #expect(ContinuousClock.now - begin < .seconds(30))
    }

    @Test("says what stands in the way")
    func failures() async throws {
        let server = try await ConnectionFixture.server.value
        let cases: [(String, EngineError.Code)] = [
            ("host=/does/not/exist user=postgres", .unreachable),
            ("host=127.0.0.1 port=1 user=postgres", .unreachable),
            ("host=does-not-exist.invalid user=postgres", .unreachable),
            ("host=\(server.folder) user=postgres dbname=missing", .undefinedObject),
            ("host=\(server.folder) user=missing dbname=postgres", .authenticationFailed),
            ("host=\(server.folder) nonsense=1", .invalidConnectionString),
        ]
        for (text, code) in cases {
            let engine = try PostgresEngine(text)
            try await expectFailure(code) { _ = try await engine.connect(.readWrite) }
        }
    }

    @Test(
        "tells a connection string that cannot be used from a server that cannot be reached, and says what is wrong",
        arguments: [
            ("postgres://127.0.0.1:99999/shop", "port"), ("postgres://127.0.0.1:port/shop", "port"),
            ("host=127.0.0.1 port=0", "port"), ("host=a,b port=1,2,3", "port numbers"), ("host=a port=1,x", "port"),
            ("postgres://127.0.0.1/shop?sslmode=requre", "sslmode"), ("postgres://127.0.0.1/shop?speed=1", "parameter"),
            ("host=127.0.0.1 speed=1", "option"), ("host=127.0.0.1 connect_timeout=soon", "connect_timeout"),
            ("host=127.0.0.1 target_session_attrs=best", "target_session_attrs"), ("hostaddr=here", "address"),
            ("service=no_such_service", "service"), ("postgres://[::1/shop", "matching"),
            ("host='127.0.0.1", "quoted string"),
            ("host=/\(String(repeating: "long", count: 40))", "socket path"), ("host=127.0.0.1 user", "missing"),
        ]
    )
    func invalid(_ text: String, _ word: String) async throws {
        let engine = try PostgresEngine(text, connectTimeout: .milliseconds(200))
        let error = try await expectFailure(.invalidConnectionString) { _ = try await engine.connect(.readWrite) }
        #expect(error.message.contains(word), "\(error)")
    }

    @Test("says that the server has no room, has a password, or is starting up")
    func busyServer() async throws {
        let options = PrivatePostgres.Options(
            extensions: [],
            settings: ["max_connections": "4", "superuser_reserved_connections": "0", "max_wal_senders": "0"]
        )
        let server = try await PrivatePostgres.start(options)
        let engine = try PostgresEngine(server.connectionString())
        var connections: [any Connection] = []
        for _ in 0..<4 { connections.append(try await engine.connect(.readWrite)) }
        let error = try await expectFailure(.resourcesExhausted) { _ = try await engine.connect(.readWrite) }
        #expect(error.driverCode == "53300")
        _ = try await connections[0].run("CREATE ROLE ann LOGIN PASSWORD 'hunter2'")
        for connection in connections { await connection.close() }

        let path = server.folder + "/primary/pg_hba.conf"
        let rules = try String(contentsOfFile: path, encoding: .utf8)
        try ("local all ann scram-sha-256\n" + rules).write(toFile: path, atomically: false, encoding: .utf8)
        try await server.restart()
        let login = "host=\(server.folder) user=ann dbname=postgres"
        try await expectFailure(.authenticationFailed) { _ = try await PostgresEngine(login).connect(.readWrite) }
        let wrong = try PostgresEngine(login + " password=wrong")
        let refused = try await expectFailure(.authenticationFailed) { _ = try await wrong.connect(.readWrite) }
        #expect(refused.driverCode == "28P01")
        let right = try await PostgresEngine("postgres://ann:hunter2@/postgres?host=\(server.folder)")
            .connect(.readOnly)
        #expect(try await right.text("SELECT current_user::text") == "ann")
        await right.close()
        await server.stop()
    }

    @Test("works a hundred times at once")
    func manyAtOnce() async throws {
        let fixture = try await ConnectionFixture()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    let connection = try await fixture.connect()
                    let answer = try await connection.number("SELECT 7")
                    await connection.close()
                    return answer
                }
            }
            for try await answer in group { #expect(answer == 7) }
        }
    }
}

/// A port at which connections are accepted by the system, and nobody ever answers.
private struct SilentListener: ~Copyable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        try #require(isListening)
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit {
        close(descriptor)
    }
}
