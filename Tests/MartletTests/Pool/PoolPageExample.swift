import Martlet
import MartletCore
import MartletSQLite

/// Moves money between accounts and says what is in one of them.
func transfer(databasePath: String) async throws -> Int {
    let engine = SQLiteEngine(path: databasePath, createIfMissing: true, journal: .writeAheadLog)
    var configuration = PoolConfiguration(max: 4)
    configuration.acquireTimeout = .seconds(5)
    let pool = Pool(engine, configuration) { event in
        print("pool: \(event)")
    }

    try await pool.withConnection { connection in
        try await connection.runScript(
            """
            CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL);
            INSERT OR REPLACE INTO account VALUES (1, 1000), (2, 0);
            """
        )
    }
    try await withThrowingTaskGroup { group in
        for cents in [100, 200, 300] {
            group.addTask {
                try await pool.withConnection { connection in
                    try await connection.transaction { connection in
                        try await connection.run("UPDATE account SET cents = cents - \(cents) WHERE id = 1")
                        try await connection.run("UPDATE account SET cents = cents + \(cents) WHERE id = 2")
                    }
                }
            }
        }
        try await group.waitForAll()
    }
    let cents = try await pool.withConnection { connection in
        try await connection.run("SELECT cents FROM account WHERE id = \(2)")[0].decode(Int.self, "cents")
    }
    await pool.shutdown()
    return cents
}
