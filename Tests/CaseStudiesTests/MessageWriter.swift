import MartletCore
import Synchronization

/// Adds, changes, moves and deletes messages until it is stopped, and remembers what the database acknowledged.
final class MessageWriter: Sendable {
    /// What a message must be like; nil if it was deleted.
    private struct Kept: Sendable, Hashable {
        var status: String
        var timestamp: Timestamp
    }

    private struct State: Sendable {
        var isStopped = false
        var changes = 0
        var added = 0
        var deleted = 0
        var moved = 0
        var kept: [Int: Kept?] = [:]
    }

    let number: Int
    private let writers: Int
    private let state = Mutex(State())

    init(number: Int, of writers: Int) {
        self.number = number
        self.writers = writers
    }

    /// Changes that were acknowledged.
    var changes: Int { state.withLock(\.changes) }
    var deleted: Int { state.withLock(\.deleted) }
    /// Messages whose month changed.
    var moved: Int { state.withLock(\.moved) }
    /// Messages added less those deleted.
    var balance: Int { state.withLock { $0.added - $0.deleted } }

    func stop() {
        state.withLock { $0.isStopped = true }
    }

    /// Writes; no error is ever expected.
    func write(on connection: any Connection) async throws {
        var random = SplitMix64(seed: UInt64(number))
        while !state.withLock(\.isStopped) {
            // Of the rows that were there before, each writer changes its own.
            let id = Int.random(in: 0..<(30_000 / writers), using: &random) * writers + number + 1
            let month = Int64.random(in: 0..<9, using: &random)
            let instant = Timestamp(microsecondsSince1970: 1_736_000_000_000_000 + month * 2_592_000_000_000)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: try await add(at: instant, on: connection)
            case 1: try await change(id, "status = 'delivered'", [], on: connection)
            case 2: try await change(id, #""timestamp" = $2"#, [.timestamp(instant)], on: connection)
            default: try await delete(id, on: connection)
            }
        }
    }

    /// Messages that are not what the database acknowledged.
    func deviations(on connection: any Connection) async throws -> [Int] {
        let kept = state.withLock(\.kept)
        let rows = try await connection.run(
            #"SELECT id, status, "timestamp" FROM dchat.messages WHERE id = ANY(\#(Array(kept.keys))::bigint[])"#
        )
        var found: [Int: Kept] = [:]
        for row in rows {
            found[try row.decode("id")] = Kept(status: try row.decode("status"), timestamp: try row.decode("timestamp"))
        }
        return kept.filter { id, expected in found[id] != expected }.keys.sorted()
    }

    private func add(at instant: Timestamp, on connection: any Connection) async throws {
        let rows = try await connection.run(
            """
            INSERT INTO dchat.messages (sender_id, receiver_id, content, status, "timestamp")
            VALUES (3, 4, 'written meanwhile', 'unread', \(instant)) RETURNING id
            """
        )
        let id = try rows[0].decode(Int.self, at: 0)
        state.withLock { state in
            state.added += 1
            state.changes += 1
            state.kept[id] = Kept(status: "unread", timestamp: instant)
        }
    }

    private func change(_ id: Int, _ what: String, _ values: [Value], on connection: any Connection) async throws {
        let text = #"UPDATE dchat.messages SET \#(what) WHERE id = $1 RETURNING status, "timestamp""#
        let statement = BoundStatement(Statement(unsafeText: text), values: [.integer(Int64(id))] + values)
        guard let row = try await connection.run(statement).first else { return }
        let kept = Kept(status: try row.decode("status"), timestamp: try row.decode("timestamp"))
        state.withLock { state in
            if !values.isEmpty { state.moved += 1 }
            state.changes += 1
            state.kept[id] = kept
        }
    }

    private func delete(_ id: Int, on connection: any Connection) async throws {
        let deleted = try await connection.run("DELETE FROM dchat.messages WHERE id = \(id)").affectedRows
        state.withLock { state in
            state.deleted += deleted
            state.changes += 1
            state.kept.updateValue(nil, forKey: id)
        }
    }
}
