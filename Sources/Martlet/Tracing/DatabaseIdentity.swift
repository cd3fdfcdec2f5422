public import MartletCore

/// Where a database is, as spans and metrics name it.
public struct DatabaseIdentity: Sendable, Hashable {
    /// `db.namespace`: the database's name, or the file's.
    public var namespace: String?
    /// `server.address`: host name, address, or folder of the socket.
    public var serverAddress: String?
    /// `server.port`: where the server listens.
    public var serverPort: Int?

    /// Takes what is known.
    public init(namespace: String? = nil, serverAddress: String? = nil, serverPort: Int? = nil) {
        self.namespace = namespace
        self.serverAddress = serverAddress
        self.serverPort = serverPort
    }

    /// Reads a location, of which user and password are left out.
    public init(_ location: DatabaseLocation) {
        switch location {
        case .sqlite(let path): self.init(namespace: path.split(separator: "/").last.map(String.init))
        case .postgres(let text): self.init(connectionString: text)
        }
    }

    private init(connectionString text: String) {
        self.init()
        if let scheme = text.firstRange(of: "://") {
            let rest = text[scheme.upperBound...].prefix { $0 != "?" }
            let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            // A password may hold an @ that nobody escaped.
            let authority = parts[0].split(separator: "@", omittingEmptySubsequences: false).last ?? ""
            let host =
                authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
            serverAddress = host.isEmpty ? nil : String(host)
            serverPort = Int(authority.dropFirst(host.count).drop { $0 != ":" }.dropFirst())
            namespace = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : nil
            return
        }
        for part in text.split(whereSeparator: \.isWhitespace) {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            let value = pair[1].filter { $0 != "'" }
            switch pair[0] {
            case "host": serverAddress = value
            case "hostaddr": serverAddress = serverAddress ?? value
            case "port": serverPort = Int(value)
            case "dbname": namespace = value
            default: break
            }
        }
    }
}
