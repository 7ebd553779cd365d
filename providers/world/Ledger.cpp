#include "providers/world/Ledger.h"

#include <QJsonDocument>
#include <QSet>

#include <map>

namespace switchyard::world {

Ledger::Ledger(const QString& file) : m_file(file)
{
    if (m_file.open(QIODevice::ReadOnly)) {
        while (!m_file.atEnd()) {
            const QJsonObject line = QJsonDocument::fromJson(m_file.readLine()).object();
            if (line.isEmpty())
                continue; // cut off by a kill
            const auto text = [&line](const char* key) { return line[QLatin1String(key)].toString(); };
            m_entries.push_back({text("what"), text("table"), text("key"), text("mark"), text("side"), fromIsoUtc(text("at"))});
        }
        m_file.close();
    }
    (void)m_file.open(QIODevice::Append | QIODevice::Unbuffered);
    m_file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
}

void Ledger::add(const LedgerEntry& entry)
{
    m_entries.push_back(entry);
    const QJsonObject line{{QStringLiteral("at"), isoUtc(entry.at)}, {QStringLiteral("what"), entry.what}, {QStringLiteral("table"), entry.table},
                           {QStringLiteral("key"), entry.key}, {QStringLiteral("mark"), entry.mark}, {QStringLiteral("side"), entry.side}};
    m_file.write(QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n');
}

namespace {
/// A text array literal; keys and marks are ours, but quotes are escaped all the same.
QByteArray textArray(const std::vector<QString>& values)
{
    QByteArray text = "{";
    for (const QString& value : values) {
        QByteArray bytes = value.toUtf8();
        bytes.replace('\\', "\\\\").replace('"', "\\\"");
        text += (text.size() > 1 ? ",\"" : "\"") + bytes + '"';
    }
    return text + '}';
}
} // namespace

Result<LedgerSummary> Ledger::check(const std::vector<LedgerEntry>& entries, const SqlTarget& database)
{
    QSet<QString> deleted;
    for (const LedgerEntry& entry : entries)
        if (entry.what == u"deleted")
            deleted.insert(entry.key);
    std::map<QString, std::vector<const LedgerEntry*>> kinds;
    for (const LedgerEntry& entry : entries)
        if (entry.what == u"deleted" || !deleted.contains(entry.key))
            kinds[entry.what].push_back(&entry);

    // Each query answers the numbers (from 1) of those that are missing.
    static const std::map<QString, QByteArray> queries{
        {QStringLiteral("signed-up"), "NOT EXISTS (SELECT 1 FROM user_user u WHERE u.email=k)"},
        {QStringLiteral("confirmed"), "NOT EXISTS (SELECT 1 FROM user_user u WHERE u.email=k AND u.is_confirmed)"},
        {QStringLiteral("workspace"), "NOT EXISTS (SELECT 1 FROM workspace_workspace w WHERE w.uuid=k::uuid AND w.title=m)"},
        {QStringLiteral("task"), "NOT EXISTS (SELECT 1 FROM workspace_task t WHERE t.uuid=k::uuid)"},
        {QStringLiteral("changed"), "NOT EXISTS (SELECT 1 FROM workspace_task t WHERE t.uuid=k::uuid AND m=ANY(t.change_log))"},
        {QStringLiteral("deleted"), "EXISTS (SELECT 1 FROM workspace_task t WHERE t.uuid=k::uuid)"},
        {QStringLiteral("chat"), "NOT EXISTS (SELECT 1 FROM workspace_chatmessage c WHERE c.uuid=k::uuid AND c.text=m)"},
    };
    Sql sql;
    SqlTarget target = database;
    target.application = QStringLiteral("ledger-check");
    SY_CHECK(sql.open(target));
    LedgerSummary summary;
    summary.acknowledged = static_cast<qint64>(entries.size());
    for (const auto& [what, list] : kinds) {
        const auto query = queries.find(what);
        if (query == queries.end())
            continue;
        std::vector<QString> keys;
        std::vector<QString> marks;
        for (const LedgerEntry* entry : list) {
            keys.push_back(entry->key);
            marks.push_back(entry->mark);
        }
        SY_TRY(const SqlRows missing,
               sql.run("SELECT n FROM unnest($1::text[],$2::text[]) WITH ORDINALITY AS x(k,m,n) WHERE " + query->second, {textArray(keys), textArray(marks)}));
        summary.missing += static_cast<qint64>(missing.rows.size());
        for (size_t i = 0; i < missing.rows.size() && summary.examples.size() < 10; ++i) {
            const LedgerEntry& entry = *list[static_cast<size_t>(missing.at(i, 0).toLongLong() - 1)];
            summary.examples << QStringLiteral("%1 %2 in %3, acknowledged by the %4 at %5").arg(entry.what, entry.key, entry.table, entry.side, clockUtc(entry.at));
        }
    }
    return summary;
}

} // namespace switchyard::world
