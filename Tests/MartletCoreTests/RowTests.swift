import MartletCore
import Testing

@Suite struct RowTests {
    private let row = Rows(columns: ["name", "age", "note"], values: [[.text("Ann"), .integer(41), .null]])[0]

    @Test("reads a cell by name or position as the type that is expected")
    func inferred() throws {
        let name: String = try row.decode("name")
        let age: Int = try row.decode(1)
        #expect(name == "Ann")
        #expect(age == 41)
        let pair: (String, Int16) = (try row.decode(0), try row.decode("age"))
        #expect(pair == ("Ann", 41))
    }

    @Test("reads a cell by name or position as the type that is given")
    func given() throws {
        #expect(try row.decode("name", as: String.self) == "Ann")
        #expect(try row.decode(1, as: Double.self) == 41)
        #expect(try row.decode("note", as: String?.self) == nil)
        #expect(try row.decode(2, as: Int?.self) == nil)
    }

    @Test("takes NULL for nil where an optional is expected, and for an error where a value is")
    func null() throws {
        let byName: String? = try row.decode("note")
        let byPosition: Int? = try row.decode(2)
        #expect(byName == nil)
        #expect(byPosition == nil)
        let present: String? = try row.decode("name")
        #expect(present == "Ann")
        let error = #expect(throws: EngineError.self) { let _: String = try row.decode("note") }
        #expect(error?.code == .undecodable)
    }

    @Test("names the column that the result does not have")
    func missing() {
        let error = #expect(throws: EngineError.self) { let _: Int = try row.decode("size") }
        #expect(error?.message.contains("size") == true && error?.message.contains("name, age, note") == true)
        #expect(throws: EngineError.self) { let _: Int = try row.decode(3) }
        #expect(throws: EngineError.self) { let _: Int? = try row.decode(-1) }
    }
}
