import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("Names of new indexes")
struct IndexNamesTests {
    @Test("avoid what is taken, by tables, indexes and one another")
    func collisions() {
        let catalog = SampleCatalog.make(
            """
            CREATE TABLE chats (id bigint PRIMARY KEY, user_id bigint);
            CREATE INDEX chats_user_id_idx ON chats(id);
            CREATE TABLE chats_user_id_idx1 (id bigint);
            """
        )
        var names = IndexNames(catalog)
        let table = QualifiedName(schema: "public", name: "chats")
        #expect(names.name(table: table, columns: ["user_id"]) == "chats_user_id_idx2")
        #expect(names.name(table: table, columns: ["user_id"]) == "chats_user_id_idx3")
        #expect(
            names.name(table: QualifiedName(schema: "other", name: "chats"), columns: ["user_id"])
                == "chats_user_id_idx"
        )
    }

    @Test("fit into 63 bytes without cutting a character in two", arguments: ["c", "ä", "数", "👩‍👩‍👧"])
    func length(character: String) {
        var names = IndexNames(SampleCatalog.make(""))
        let table = QualifiedName(schema: "public", name: String(repeating: character, count: 40))
        for _ in 0..<12 {
            let name = names.name(table: table, columns: [String(repeating: character, count: 40)])
            #expect(name.utf8.count <= 63)
            #expect(name.utf8.count > 63 - character.utf8.count - 1)
            #expect(name.contains("_idx"))
        }
    }
}
