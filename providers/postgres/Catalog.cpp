#include "providers/postgres/Catalog.h"

#include <algorithm>

namespace switchyard::postgres {

namespace {

/// Schemas that hold the user's things, for a WHERE on pg_namespace n.
constexpr const char* kUserSchema = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'switchyard')";

QByteArray qualified(const QByteArray& schema, const QByteArray& name) { return identifier(schema) + '.' + identifier(name); }

} // namespace

const Column* Table::column(const QByteArray& columnName) const
{
    const auto it = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == columnName; });
    return it == columns.end() ? nullptr : &*it;
}

QByteArray Table::columnList(const QByteArray& prefix) const
{
    QByteArray out;
    for (const Column& c : columns) {
        if (!c.generated)
            out += (out.isEmpty() ? "" : ", ") + prefix + identifier(c.name);
    }
    return out;
}

QByteArray Table::hash(const QByteArray& prefix) const { return "pg_catalog.md5(ROW(" + columnList(prefix) + ")::text)"; }

QByteArray Table::order() const
{
    if (key.isEmpty())
        return hash() + " COLLATE \"C\"";
    QByteArray out;
    for (const QByteArray& part : key)
        out += (out.isEmpty() ? "" : ", ") + identifier(part) + "::text COLLATE \"C\"";
    return out;
}

Result<Tables> readTables(Connection& connection)
{
    const QByteArray tableSql = QByteArray("SELECT c.oid, n.nspname, c.relname, c.reltuples::bigint, pg_catalog.pg_total_relation_size(c.oid) "
                                           "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                                           "WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ") + kUserSchema +
        " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";
    SY_TRY(const Answer rows, connection.query(tableSql));
    Tables tables;
    std::map<QByteArray, Table*> byOid;
    for (int i = 0; i < rows.size(); ++i) {
        Table table;
        table.oid = rows.bytes(i, 0);
        table.name = rows.text(i, 1) + u'.' + rows.text(i, 2);
        table.sql = qualified(rows.bytes(i, 1), rows.bytes(i, 2));
        table.estimate = rows.number(i, 3);
        table.size = rows.number(i, 4);
        const auto at = tables.emplace(table.name, std::move(table)).first;
        byOid[at->second.oid] = &at->second;
    }
    SY_TRY(const Answer columns, connection.query("SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attgenerated <> '' "
                                                "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
                                                "WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum"));
    for (int i = 0; i < columns.size(); ++i) {
        if (const auto at = byOid.find(columns.bytes(i, 0)); at != byOid.end())
            at->second->columns.push_back({columns.bytes(i, 1), columns.bytes(i, 2), columns.flag(i, 3)});
    }
    // The primary key comes first; the narrowest unique index whose columns can't be null stands in for it.
    SY_TRY(const Answer keys, connection.query("SELECT x.indrelid, x.indexrelid, a.attname FROM pg_catalog.pg_index x "
                                             "CROSS JOIN LATERAL pg_catalog.unnest(x.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) "
                                             "JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum "
                                             "WHERE x.indisunique AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL AND k.place <= x.indnkeyatts "
                                             "AND NOT EXISTS (SELECT FROM pg_catalog.unnest(x.indkey::int2[]) AS u(n) JOIN pg_catalog.pg_attribute b "
                                             "ON b.attrelid = x.indrelid AND b.attnum = u.n WHERE NOT b.attnotnull) "
                                             "ORDER BY x.indrelid, x.indisprimary DESC, x.indnkeyatts, x.indexrelid, k.place"));
    std::map<QByteArray, QByteArray> chosen;
    for (int i = 0; i < keys.size(); ++i) {
        const auto at = byOid.find(keys.bytes(i, 0));
        if (at == byOid.end() || chosen.emplace(keys.bytes(i, 0), keys.bytes(i, 1)).first->second != keys.bytes(i, 1))
            continue;
        at->second->key << keys.bytes(i, 2);
    }
    return tables;
}

Result<std::vector<ForeignKey>> readForeignKeys(Connection& connection)
{
    SY_TRY(const Answer rows, connection.query(QByteArray("SELECT k.conname, n.nspname, c.relname, k.conrelid, k.confrelid, pg_catalog.pg_get_constraintdef(k.oid), "
                                                        "c.relkind = 'p' OR p.relkind = 'p' "
                                                        "FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid "
                                                        "JOIN pg_catalog.pg_class p ON p.oid = k.confrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                                                        "WHERE k.contype = 'f' AND k.conparentid = 0 AND ") + kUserSchema + " ORDER BY n.nspname, c.relname, k.conname"));
    std::vector<ForeignKey> out;
    for (int i = 0; i < rows.size(); ++i)
        out.push_back({rows.bytes(i, 0), qualified(rows.bytes(i, 1), rows.bytes(i, 2)), rows.bytes(i, 3), rows.bytes(i, 4), rows.bytes(i, 5), rows.flag(i, 6)});
    return out;
}

Result<std::vector<Sequence>> readSequences(Connection& connection)
{
    // Fed columns by ownership (serial, identity), else by a default that calls nextval.
    SY_TRY(const Answer rows, connection.query(QByteArray(
        "SELECT n.nspname, c.relname, s.seqincrement, s.seqmin, s.seqmax, f.schema, f.relation, f.attribute FROM pg_catalog.pg_sequence s "
        "JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "LEFT JOIN LATERAL (SELECT tn.nspname AS schema, t.relname AS relation, a.attname AS attribute FROM ("
        " SELECT d.refobjid AS rel, d.refobjsubid AS att, 0 AS rank FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid "
        "  AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0"
        " UNION ALL SELECT ad.adrelid, ad.adnum, 1 FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attrdef ad ON ad.oid = d.objid "
        "  WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid) o "
        " JOIN pg_catalog.pg_class t ON t.oid = o.rel JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace "
        " JOIN pg_catalog.pg_attribute a ON a.attrelid = o.rel AND a.attnum = o.att ORDER BY o.rank LIMIT 1) f ON true WHERE ") + kUserSchema +
        " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') ORDER BY 1, 2"));
    std::vector<Sequence> out;
    for (int i = 0; i < rows.size(); ++i) {
        Sequence sequence;
        sequence.name = rows.text(i, 0) + u'.' + rows.text(i, 1);
        sequence.sql = qualified(rows.bytes(i, 0), rows.bytes(i, 1));
        sequence.increment = rows.number(i, 2);
        sequence.minimum = rows.number(i, 3);
        sequence.maximum = rows.number(i, 4);
        if (!rows.isNull(i, 5)) {
            sequence.table = rows.text(i, 5) + u'.' + rows.text(i, 6);
            sequence.column = rows.text(i, 7);
            sequence.maxSql = QByteArray("SELECT pg_catalog.") + (sequence.increment > 0 ? "max(" : "min(") + identifier(rows.bytes(i, 7)) + ")::bigint FROM "
                + qualified(rows.bytes(i, 5), rows.bytes(i, 6));
        }
        SY_TRY(const Answer value, connection.query("SELECT last_value, is_called FROM " + sequence.sql));
        sequence.lastValue = value.number(0, 0);
        sequence.called = value.flag(0, 1);
        out.push_back(std::move(sequence));
    }
    return out;
}

Result<std::optional<qint64>> columnExtreme(Connection& connection, const Sequence& sequence)
{
    if (sequence.maxSql.isEmpty())
        return std::optional<qint64>();
    SY_TRY(const Answer rows, connection.query(sequence.maxSql));
    return rows.isNull(0, 0) ? std::optional<qint64>() : std::optional<qint64>(rows.number(0, 0));
}

} // namespace switchyard::postgres
