/// The object identifier of a PostgreSQL type.
///
/// Numbers: PostgreSQL 15, src/include/catalog/pg_type.dat; they have not changed since the types exist.
struct TypeID: Hashable {
    let number: UInt32

    static let bool = TypeID(number: 16)
    static let bytea = TypeID(number: 17)
    static let char = TypeID(number: 18)
    static let name = TypeID(number: 19)
    static let int8 = TypeID(number: 20)
    static let int2 = TypeID(number: 21)
    static let int4 = TypeID(number: 23)
    static let text = TypeID(number: 25)
    static let oid = TypeID(number: 26)
    static let json = TypeID(number: 114)
    static let float4 = TypeID(number: 700)
    static let float8 = TypeID(number: 701)
    static let unknown = TypeID(number: 705)
    static let bpchar = TypeID(number: 1_042)
    static let varchar = TypeID(number: 1_043)
    static let date = TypeID(number: 1_082)
    static let timestamp = TypeID(number: 1_114)
    static let timestamptz = TypeID(number: 1_184)
    static let numeric = TypeID(number: 1_700)
    static let uuid = TypeID(number: 2_950)
    static let jsonb = TypeID(number: 3_802)

    /// The type of an array's elements; nil if this is no array that is known here.
    var element: TypeID? {
        Self.elements[self]
    }

    private static let elements: [TypeID: TypeID] = [
        TypeID(number: 199): .json, TypeID(number: 1_000): .bool, TypeID(number: 1_001): .bytea,
        TypeID(number: 1_002): .char, TypeID(number: 1_003): .name, TypeID(number: 1_005): .int2,
        TypeID(number: 1_007): .int4, TypeID(number: 1_009): .text, TypeID(number: 1_014): .bpchar,
        TypeID(number: 1_015): .varchar, TypeID(number: 1_016): .int8, TypeID(number: 1_021): .float4,
        TypeID(number: 1_022): .float8, TypeID(number: 1_028): .oid, TypeID(number: 1_115): .timestamp,
        TypeID(number: 1_182): .date, TypeID(number: 1_185): .timestamptz, TypeID(number: 1_231): .numeric,
        TypeID(number: 2_951): .uuid, TypeID(number: 3_807): .jsonb,
    ]
}
