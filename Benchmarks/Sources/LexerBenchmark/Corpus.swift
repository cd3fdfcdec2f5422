/// Statements of one shape, as many as make a round long enough to measure.
struct Corpus {
    /// What it is called in the table.
    let name: String
    /// The statements, each with other literals.
    let statements: [String]

    /// Bytes of all statements.
    var sizeBytes: Int { statements.reduce(0) { $0 + $1.utf8.count } }

    /// The shapes that are measured.
    static var all: [Corpus] {
        [primaryKeySelects, longJoins, quotedSelects, inLists, dumpInserts]
    }

    private static var primaryKeySelects: Corpus {
        let statements = (1...4000)
            .map { number in
                "SELECT id, chat_id, role, content, created_at FROM messages WHERE id = \(number * 7919)"
            }
        return Corpus(name: "primary-key SELECT", statements: statements)
    }

    private static var longJoins: Corpus {
        let statements = (1...1000)
            .map { number in
                """
                SELECT c.customer_id, c.first_name || ' ' || c.last_name AS customer, a.address, ci.city, co.country,
                       count(r.rental_id) AS rentals, sum(p.amount) AS paid, max(r.rental_date) AS last_rental
                FROM customer c
                JOIN address a ON a.address_id = c.address_id
                JOIN city ci ON ci.city_id = a.city_id
                JOIN country co ON co.country_id = ci.country_id
                LEFT JOIN rental r ON r.customer_id = c.customer_id 
                     AND r.rental_date >= '2024-01-\(number % 28 + 1)'::date
                LEFT JOIN payment p ON p.rental_id = r.rental_id AND p.amount > \(number).99
                WHERE c.active = 1 AND co.country IN ('Germany', 'France', 'Country \(number)')
                  AND c.store_id = \(number)
                GROUP BY c.customer_id, c.first_name, c.last_name, a.address, ci.city, co.country
                HAVING count(r.rental_id) > \(number % 10) -- only those who come back
                ORDER BY paid DESC NULLS LAST, c.customer_id LIMIT 50 OFFSET \(number * 50)
                """
            }
        return Corpus(name: "join of six tables", statements: statements)
    }

    private static var quotedSelects: Corpus {
        let statements = (1...2000)
            .map { number in
                """
                SELECT "users"."id", "users"."email", "users"."created_at", \
                "profiles"."avatarUrl" AS "avatarUrl" FROM "users" \
                INNER JOIN "profiles" ON "profiles"."user_id" = "users"."id" WHERE "users"."id" = \(number) \
                AND "users"."deleted_at" IS NULL ORDER BY "users"."id" ASC LIMIT 1
                """
            }
        return Corpus(name: "ORM with quoted names", statements: statements)
    }

    private static var inLists: Corpus {
        let statements = (1...10)
            .map { number in
                let list = (1...10_000).map { String($0 * 31 + number) }.joined(separator: ", ")
                return "SELECT id, status FROM renders WHERE id IN (\(list)) ORDER BY created_at DESC"
            }
        return Corpus(name: "IN list of 10,000", statements: statements)
    }

    private static var dumpInserts: Corpus {
        let statements = (1...2000)
            .map { number in
                """
                INSERT INTO public.film VALUES (\(number), 'ACADEMY DINOSAUR', 'A Epic Drama of a Feminist And a \
                Mad Scientist who must Battle a Teacher in The Canadian Rockies', 2006, 1, NULL, 6, 0.99, 86, 20.99, \
                'PG', '2022-09-10 16:46:03.905795+00', '{"Deleted Scenes","Behind the Scenes"}', \
                '''academi'':1 ''battl'':15');
                """
            }
        return Corpus(name: "pg_dump INSERT", statements: statements)
    }
}
