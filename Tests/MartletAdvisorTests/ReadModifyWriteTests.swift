import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("read-modify-write")
struct ReadModifyWriteTests {
    let rule = ReadModifyWrite()
    static let read = "SELECT file_upload_count FROM users WHERE id = $1"
    static let write = "UPDATE users SET file_upload_count = $1 WHERE id = $2"

    static func trace(
        read: String = read,
        write: String = write,
        around: (before: String, between: String?)? = nil,
        writeParameters: [String] = ["8", "u1"]
    ) -> SampleTrace {
        var trace = SampleTrace("upload")
        if let around { trace.run(around.before) }
        trace.run(read, ["u1"], returning: [["7", "version3"]])
        if let between = around?.between { trace.run(between) }
        trace.run(write, writeParameters)
        return trace
    }

    @Test("finds a count that is read and written back", arguments: [Dialect.postgres, .sqlite])
    func shows(dialect: Dialect) throws {
        let finding = try #require(rule.findings(in: Self.trace(), dialect: dialect).first)
        #expect(finding.severity == .warning)
        #expect(finding.title == "A row of users was read and then overwritten by the same key without a lock.")
        #expect(finding.evidence.contains { $0.contains("if the new value was computed from the old one") })
        #expect(
            rule.findings(
                in: Self.trace(
                    write: "UPDATE users SET n = ?, at = ? WHERE id = ?",
                    writeParameters: ["8", "x", "u1"]
                ),
                dialect: dialect
            )
            .count == 1
        )
    }

    @Test(
        "leaves alone an update that the database computes, of another row, of another table, or that compares",
        arguments: [
            ("UPDATE users SET file_upload_count = file_upload_count + 1 WHERE id = $1", ["u1"]),
            ("UPDATE users SET n = n + $1 WHERE id = $2", ["1", "u1"]),
            ("UPDATE users SET n = $1 WHERE id = $2", ["8", "u2"]),
            ("UPDATE chats SET n = $1 WHERE id = $2", ["8", "u1"]),
            ("UPDATE users SET n = $1 WHERE id = $2 AND version = $3", ["8", "u1", "version3"]),
            ("INSERT INTO users (id) VALUES ($1)", ["u1"]),
        ]
    )
    func nearly(write: String, parameters: [String]) {
        #expect(rule.findings(in: Self.trace(write: write, writeParameters: parameters)).isEmpty)
    }

    @Test("leaves alone a read that locks, and a read again under a lock")
    func locked() {
        #expect(rule.findings(in: Self.trace(read: Self.read + " FOR UPDATE")).isEmpty)
        var again = SampleTrace()
        again.run(Self.read, ["u1"], returning: [["7"]])
        again.run(Self.read + " FOR NO KEY UPDATE", ["u1"], returning: [["7"]])
        again.run(Self.write, ["8", "u1"])
        #expect(rule.findings(in: again).isEmpty)
    }

    @Test("knows which transactions refuse to overwrite")
    func transactions() {
        let plain = Self.trace(around: ("BEGIN", nil))
        #expect(rule.findings(in: plain).count == 1)
        #expect(rule.findings(in: plain, dialect: .sqlite).isEmpty)
        for begin in ["BEGIN ISOLATION LEVEL SERIALIZABLE", "START TRANSACTION ISOLATION LEVEL REPEATABLE READ"] {
            #expect(rule.findings(in: Self.trace(around: (begin, nil))).isEmpty)
        }
        // The guard ends with the transaction, but it covered the read only within it.
        let apart = Self.trace(around: ("SELECT 1", "BEGIN IMMEDIATE"))
        #expect(rule.findings(in: apart, dialect: .sqlite).count == 1)
        let ended = Self.trace(around: ("COMMIT", nil))
        #expect(rule.findings(in: ended, dialect: .sqlite).count == 1)
    }
}
