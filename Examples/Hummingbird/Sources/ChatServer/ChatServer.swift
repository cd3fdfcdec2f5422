public import Hummingbird
public import Martlet
import MartletCore
public import Tracing

/// A server of one route, with a connection of the pool for each request.
public func makeRouter(
    pool: Pool,
    recorder: TraceRecorder? = nil,
    tracer: (any Tracer)? = nil
) -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: TraceMiddleware(recorder: recorder, tracer: tracer))
    router.get("/owners/{owner}/chats") { _, context in
        let owner = try context.parameters.require("owner", as: Int64.self)
        return try await pool.withConnection { connection in
            try await connection.run("SELECT title FROM chats WHERE owner = \(owner) ORDER BY id")
                .map { try $0.decode(String.self, "title") }
        }
    }
    return router
}
