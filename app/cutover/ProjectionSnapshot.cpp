#include "app/cutover/Projection.h"

#include <algorithm>

// What a run shows of tables, checks and hosts, written at the end of steps and read back: so that a report needs the journal only.

namespace switchyard::cutover {

namespace {

QJsonObject checkToJson(const CheckResult& r)
{
    QJsonObject o{{QStringLiteral("state"), checkStateName(r.state)}};
    if (!r.short_.isEmpty())
        o.insert(QStringLiteral("says"), r.short_);
    if (!r.note.isEmpty())
        o.insert(QStringLiteral("note"), r.note);
    if (!r.picture.isEmpty())
        o.insert(QStringLiteral("picture"), r.picture);
    if (r.status != 0)
        o.insert(QStringLiteral("status"), r.status);
    if (r.took > Milliseconds::zero())
        o.insert(QStringLiteral("tookMs"), static_cast<qint64>(r.took.count()));
    if (r.at != TimePoint{})
        o.insert(QStringLiteral("at"), toJsonTime(r.at));
    return o;
}

void checkFromJson(const QJsonObject& o, CheckResult* r)
{
    r->state = checkStateFromName(o.value(u"state").toString());
    r->short_ = o.value(u"says").toString();
    r->note = o.value(u"note").toString();
    r->picture = o.value(u"picture").toString();
    r->status = o.value(u"status").toInt();
    r->took = Milliseconds(o.value(u"tookMs").toInteger());
    if (o.contains(u"at"))
        r->at = fromJsonTime(o.value(u"at"));
}

QJsonObject scoreToJson(const HeaderScore& score) { return {{QStringLiteral("grade"), score.grade}, {QStringLiteral("score"), score.score}}; }

template<typename T, typename Same>
T& found(std::vector<T>& all, const Same& same)
{
    const auto it = std::find_if(all.begin(), all.end(), same);
    return it == all.end() ? all.emplace_back() : *it;
}

} // namespace

QJsonObject snapshotData(const RunState& state)
{
    QJsonObject out;
    QJsonArray databases;
    for (const DatabaseView& view : state.databases) {
        QJsonArray tables;
        for (const TableView& t : view.tables) {
            const TableProgress& p = t.progress;
            tables.append(QJsonArray{p.table, static_cast<int>(p.verdict), p.sourceRows.value, p.targetRows.value, p.bytes.value});
        }
        QJsonArray sequences;
        for (const SequenceOutcome& s : view.sequences)
            sequences.append(QJsonArray{s.name, s.setTo, s.columnMax});
        QJsonObject d{{QStringLiteral("name"), view.name}, {QStringLiteral("tables"), tables}};
        if (!sequences.isEmpty())
            d.insert(QStringLiteral("sequences"), sequences);
        if (view.verify)
            d.insert(QStringLiteral("verify"), QJsonObject{{QStringLiteral("tables"), view.verify->tables}, {QStringLiteral("matching"), view.verify->matching}, {QStringLiteral("rows"), view.verify->rows.value}});
        databases.append(d);
    }
    if (!databases.isEmpty())
        out.insert(QStringLiteral("databases"), databases);
    QJsonArray checks;
    for (const CheckView& c : state.smoke) {
        QJsonObject o{{QStringLiteral("id"), c.id}, {QStringLiteral("title"), c.title}, {QStringLiteral("section"), c.section}, {QStringLiteral("before"), checkToJson(c.before)}, {QStringLiteral("now"), checkToJson(c.now)}};
        if (c.manual)
            o.insert(QStringLiteral("manual"), true);
        if (!c.diagnosis.isEmpty())
            o.insert(QStringLiteral("diagnosis"), c.diagnosis);
        checks.append(o);
    }
    if (!checks.isEmpty())
        out.insert(QStringLiteral("smoke"), checks);
    if (!state.headersBefore.grade.isEmpty())
        out.insert(QStringLiteral("headersBefore"), scoreToJson(state.headersBefore));
    if (!state.headersNow.grade.isEmpty())
        out.insert(QStringLiteral("headersNow"), scoreToJson(state.headersNow));
    return out;
}

void Projection::applySnapshot(const QJsonObject& data)
{
    m_snapshot = data;
    const QJsonArray databases = data.value(u"databases").toArray();
    for (const QJsonValue& v : databases) {
        const QString name = v[u"name"].toString();
        DatabaseView& view = found(m_state.databases, [&](const DatabaseView& d) { return d.name == name; });
        view.name = name;
        const QJsonArray tables = v[u"tables"].toArray();
        for (const QJsonValue& row : tables) {
            const QJsonArray cells = row.toArray();
            const QString table = cells.at(0).toString();
            TableProgress& p = found(view.tables, [&](const TableView& t) { return t.progress.table == table; }).progress;
            p.table = table;
            p.verdict = static_cast<TableVerdict>(std::clamp(cells.at(1).toInt(), 0, static_cast<int>(TableVerdict::Differs)));
            p.sourceRows = Rows{cells.at(2).toInteger(-1)};
            p.targetRows = Rows{cells.at(3).toInteger(-1)};
            p.bytes = Bytes{cells.at(4).toInteger()};
        }
        const QJsonArray sequences = v[u"sequences"].toArray();
        if (view.sequences.empty()) {
            for (const QJsonValue& row : sequences)
                view.sequences.push_back({row[0].toString(), row[1].toInteger(), row[2].toInteger()});
        }
        if (const QJsonObject verify = v[u"verify"].toObject(); !verify.isEmpty() && !view.verify) {
            view.verify.emplace();
            view.verify->tables = verify.value(u"tables").toInt();
            view.verify->matching = verify.value(u"matching").toInt();
            view.verify->rows = Rows{verify.value(u"rows").toInteger()};
        }
    }
    const QJsonArray checks = data.value(u"smoke").toArray();
    for (const QJsonValue& v : checks) {
        const QString id = v[u"id"].toString();
        const bool known = std::any_of(m_state.smoke.begin(), m_state.smoke.end(), [&](const CheckView& c) { return c.id == id; });
        CheckView& check = found(m_state.smoke, [&](const CheckView& c) { return c.id == id; });
        check.id = id;
        check.title = v[u"title"].toString();
        check.section = v[u"section"].toString();
        check.manual = v[u"manual"].toBool();
        check.diagnosis = v[u"diagnosis"].toString();
        // While the run goes on its own results hold more (the exchange) than a snapshot does: only news is taken.
        const auto take = [&](const QJsonObject& told, CheckResult* into) {
            const bool newer = told.contains(u"at") && fromJsonTime(told.value(u"at")) > into->at;
            if (!known || newer || checkStateName(into->state) != told.value(u"state").toString())
                checkFromJson(told, into);
        };
        take(v[u"before"].toObject(), &check.before);
        take(v[u"now"].toObject(), &check.now);
    }
    const auto score = [&](const char* key, HeaderScore* into) {
        const QJsonObject o = data.value(QLatin1String(key)).toObject();
        if (o.isEmpty())
            return;
        into->grade = o.value(u"grade").toString();
        into->score = o.value(u"score").toInt();
    };
    score("headersBefore", &m_state.headersBefore);
    score("headersNow", &m_state.headersNow);
}

void Projection::applyMemory(const StepTrack& track)
{
    if (const QJsonArray left = track.memory.value(u"followUps").toArray(); !left.isEmpty()) {
        m_state.followUps.clear();
        for (const QJsonValue& v : left)
            m_state.followUps << v.toString();
    }
    if (track.kind != QLatin1String("copy-settings"))
        return;
    m_state.settingsWritten.clear();
    for (auto it = track.memory.begin(); it != track.memory.end(); ++it) {
        const QJsonObject service = it.value().toObject();
        for (const auto& [key, added] : {std::pair{u"added", true}, std::pair{u"changed", false}}) {
            const QJsonArray names = service.value(QStringView(key)).toArray();
            for (const QJsonValue& name : names)
                m_state.settingsWritten.push_back({it.key(), name.toString(), added});
        }
    }
}

void Projection::spell(HostView& host, TimePoint at)
{
    if (host.state == HostState::Unknown && host.spells.empty())
        return;
    if (host.spells.empty() || host.spells.back().state != host.state)
        host.spells.push_back({at, host.state});
}

} // namespace switchyard::cutover
