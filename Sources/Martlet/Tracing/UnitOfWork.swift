/// The unit of work that the current task is in.
enum UnitOfWork {
    /// Its name, such as `GET /chats`, for comments in statements.
    @TaskLocal static var name: String?
}
