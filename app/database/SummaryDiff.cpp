#include "app/database/SummaryDiff.h"

#include <map>
#include <set>

namespace switchyard::database {

namespace {
SummaryDifference server(const QString& subject, const QString& source, const QString& target, const QString& explanation)
{
    const bool same = source == target;
    return {subject, QStringLiteral("server"), source, target, same, same, same ? QStringLiteral("The same on both sides.") : explanation};
}

int major(const QString& version) { return version.section(u'.', 0, 0).toInt(); }
} // namespace

std::vector<SummaryDifference> compareSummaries(const DatabaseSummary& source, const DatabaseSummary& target)
{
    std::vector<SummaryDifference> out;
    SummaryDifference version = server(QStringLiteral("Server version"), source.serverVersion, target.serverVersion, {});
    if (!version.same) {
        version.ok = major(target.serverVersion) >= major(source.serverVersion);
        version.explanation = version.ok ? QStringLiteral("A newer server reads everything an older one wrote.")
                                         : QStringLiteral("The target is older than the source; a schema of the source may not load there.");
    }
    out.push_back(version);
    out.push_back(server(QStringLiteral("Encoding"), source.encoding, target.encoding, QStringLiteral("Text may not survive another encoding.")));
    out.push_back(server(QStringLiteral("Collation"), source.collation, target.collation, QStringLiteral("Sorted lists can change order.")));

    std::map<QString, const ExtensionSummary*> extensions;
    for (const ExtensionSummary& e : target.extensions)
        extensions[e.name] = &e;
    for (const ExtensionSummary& e : source.extensions) {
        const auto it = extensions.find(e.name);
        SummaryDifference d{e.name, QStringLiteral("extension"), e.version, it == extensions.end() ? QString() : it->second->version, false, false, {}};
        if (it == extensions.end()) {
            d.explanation = QStringLiteral("The target has no extension %1.").arg(e.name);
        } else {
            d.same = d.source == d.target;
            d.ok = true;
            d.explanation = d.same ? QStringLiteral("The same on both sides.") : QStringLiteral("Another version of the same extension.");
        }
        out.push_back(d);
    }

    std::map<QString, const TableSummary*> tables;
    for (const TableSummary& t : target.tables)
        tables[t.name] = &t;
    std::set<QString> seen;
    for (const TableSummary& t : source.tables) {
        seen.insert(t.name);
        const auto it = tables.find(t.name);
        SummaryDifference d{t.name, QStringLiteral("table"), grouped(t.rows.value), it == tables.end() ? QStringLiteral("absent") : grouped(it->second->rows.value), false, false, {}};
        if (it == tables.end())
            d.explanation = QStringLiteral("The table is not on the target yet.");
        else if (t.rows == it->second->rows) {
            d.same = d.ok = true;
            d.explanation = QStringLiteral("The same number of rows.");
        } else {
            d.explanation = QStringLiteral("%1 rows apart.").arg(grouped(std::abs(t.rows.value - it->second->rows.value)));
        }
        out.push_back(d);
    }
    for (const TableSummary& t : target.tables) {
        if (!seen.contains(t.name))
            out.push_back({t.name, QStringLiteral("table"), QStringLiteral("absent"), grouped(t.rows.value), false, false, QStringLiteral("Only the target has this table.")});
    }

    std::map<QString, const SequenceSummary*> sequences;
    for (const SequenceSummary& s : target.sequences)
        sequences[s.name] = &s;
    for (const SequenceSummary& s : source.sequences) {
        const auto it = sequences.find(s.name);
        SummaryDifference d{s.name, QStringLiteral("sequence"), grouped(s.lastValue), it == sequences.end() ? QStringLiteral("absent") : grouped(it->second->lastValue), false, false, {}};
        if (it == sequences.end()) {
            d.explanation = QStringLiteral("The sequence is not on the target yet.");
        } else {
            d.same = s.lastValue == it->second->lastValue;
            d.ok = it->second->lastValue >= it->second->columnMax;
            d.explanation = d.ok ? QStringLiteral("Ahead of its column.") : QStringLiteral("Behind its column: the next insert would fail.");
        }
        out.push_back(d);
    }
    return out;
}

} // namespace switchyard::database
