package import Foundation

/// What a client gets that was let in.
package struct AuthSignIn: Sendable, Hashable {
    package let user: UUID
    package let session: UUID
    package let access: AuthToken
    package let refresh: AuthToken

    init(user: UUID, session: UUID, grants: [AuthGrant]) {
        self.user = user
        self.session = session
        access = grants[0].token
        refresh = grants[1].token
    }
}
