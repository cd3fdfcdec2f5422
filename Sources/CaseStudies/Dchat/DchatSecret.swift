import Martlet

/// What signs the cursors of the messenger.
enum DchatSecret {
    /// A signer; an application with real data takes its key from where it keeps its secrets.
    static func signer() throws -> CursorSigner {
        try CursorSigner(key: Array("the messages here are made up, too".utf8))
    }
}
