import MartletCore
import Testing

@Suite("Splitting a script")
struct ScriptSplitterTests {
    @Test(
        "ends a statement at a semicolon that is not part of it",
        arguments: [
            (Dialect.postgres, "SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]),
            (.postgres, ";; SELECT ';' ; -- ;\n SELECT /* ; */ 2;", ["SELECT ';'", "SELECT /* ; */ 2"]),
            (
                .postgres, "CREATE FUNCTION f() RETURNS int AS $$ a; b; $$ LANGUAGE sql; SELECT 1",
                ["CREATE FUNCTION f() RETURNS int AS $$ a; b; $$ LANGUAGE sql", "SELECT 1"]
            ),
            (
                .postgres,
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END; SELECT 3",
                [
                    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END",
                    "SELECT 3",
                ]
            ),
            (
                .postgres, "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3",
                ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 3"]
            ),
            (.postgres, "BEGIN; SELECT 1; END; SELECT 2", ["BEGIN", "SELECT 1", "END", "SELECT 2"]),
            (.sqlite, "BEGIN; SELECT 1; END; SELECT 2", ["BEGIN", "SELECT 1", "END", "SELECT 2"]),
            (
                .sqlite,
                "CREATE TEMP TRIGGER t INSERT ON a BEGIN SELECT CASE 1 WHEN 2 THEN 3 END; DELETE FROM d; END; SELECT 2",
                [
                    "CREATE TEMP TRIGGER t INSERT ON a BEGIN SELECT CASE 1 WHEN 2 THEN 3 END; DELETE FROM d; END",
                    "SELECT 2",
                ]
            ),
            (
                .postgres, "CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f(); SELECT 1",
                ["CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f()", "SELECT 1"]
            ),
            (.sqlite, "SELECT 'é'; SELECT 'ü", ["SELECT 'é'", "SELECT 'ü"]),
            (.sqlite, " \n-- nothing", []), (.postgres, "", []),
        ] as [(Dialect, String, [String])]
    )
    func splits(_ dialect: Dialect, _ script: String, _ expected: [String]) {
        #expect(ScriptSplitter.statements(of: script, dialect: dialect).map(String.init) == expected)
    }
}
