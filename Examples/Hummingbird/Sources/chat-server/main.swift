import ChatServer
import Hummingbird
import Martlet
import MartletLifecycle
import MartletSQLite

// chat-server <SQLite file>: serves the titles of chats on port 8080 until it is told to end.
guard CommandLine.arguments.count == 2 else { preconditionFailure("usage: chat-server <SQLite file>") }
let pool = Pool(TelemetryEngine(SQLiteEngine(path: CommandLine.arguments[1])), PoolConfiguration(max: 4))
var application = Application(router: makeRouter(pool: pool))
// Ended after the server, which borrows from it.
application.addServices(PoolService(pool))
try await application.runService()
