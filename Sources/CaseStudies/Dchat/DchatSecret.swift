import Martlet

/// What signs the cursors of the messenger.
enum DchatSecret {
    /// The signer, made once; an application with real data takes its key from where it keeps its secrets.
    static func signer() throws -> CursorSigner {
        try made.get()
    }

    private static let made = Result { try CursorSigner(key: Array("the messages here are made up, too".utf8)) }
}
