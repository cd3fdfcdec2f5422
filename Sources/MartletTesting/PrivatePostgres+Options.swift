extension PrivatePostgres {
    /// How a private server is set up.
    package struct Options: Sendable {
        /// How much the write-ahead log says.
        package enum WriteAheadLogLevel: String, Sendable {
            /// Enough to recover from a crash; no replica.
            case minimal
            /// Enough for a replica.
            case replica
            /// Enough for logical decoding and logical replication.
            case logical
        }

        /// How much the write-ahead log says.
        package var walLevel: WriteAheadLogLevel
        /// Whether a streaming replica is started beside it.
        package var replica: Bool
        /// Whether autovacuum runs; tests of statistics and sizes turn it off, so that nothing moves beneath them.
        package var autovacuum: Bool
        /// Whether a commit waits for its log to be written; never for the disk, as fsync is off.
        package var synchronousCommit: Bool
        /// Extensions created in each database, those that are not installed left out.
        package var extensions: [String]
        /// The collation and character type of the cluster.
        ///
        /// Like those of most servers in use, and unlike "C", the default keeps a plain b-tree from answering LIKE.
        package var locale: String
        /// Further lines of postgresql.conf, which win over those above.
        package var settings: [String: String]
        /// Where the temporary folder is made; nil: TMPDIR, or /tmp where that is unset or the process runs as root.
        package var parentFolder: String?

        /// Puts options together.
        package init(
            walLevel: WriteAheadLogLevel = .replica,
            replica: Bool = false,
            autovacuum: Bool = true,
            synchronousCommit: Bool = true,
            extensions: [String] = ["pg_stat_statements", "hypopg"],
            locale: String = "C.UTF-8",
            settings: [String: String] = [:],
            parentFolder: String? = nil
        ) {
            precondition(!(replica && walLevel == .minimal), "a replica needs walLevel .replica or .logical")
            self.walLevel = walLevel
            self.replica = replica
            self.autovacuum = autovacuum
            self.synchronousCommit = synchronousCommit
            self.extensions = extensions
            self.locale = locale
            self.settings = settings
            self.parentFolder = parentFolder
        }

        /// The lines that are added to postgresql.conf, in order of their names.
        var configuration: [String] {
            var all = [
                "listen_addresses": "",
                "max_connections": "100",
                "fsync": "off",
                "full_page_writes": "off",
                "synchronous_commit": synchronousCommit ? "on" : "off",
                "wal_level": walLevel.rawValue,
                "max_wal_senders": walLevel == .minimal ? "0" : "10",
                "autovacuum": autovacuum ? "on" : "off",
                "shared_preload_libraries": "pg_stat_statements,auto_explain",
                "track_io_timing": "on",
                "jit": "off",
                // Memory shared through files of the cluster goes with its folder, even after a crash.
                "dynamic_shared_memory_type": "mmap",
                "log_destination": "stderr",
                "logging_collector": "off",
                "log_line_prefix": "%m [%p] %q%u@%d ",
            ]
            all.merge(settings) { $1 }
            return all.sorted { $0.key < $1.key }
                .map { key, value in
                    "\(key) = '\(value.replacing("'", with: "''"))'"
                }
        }
    }
}
