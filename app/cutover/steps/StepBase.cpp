#include "app/cutover/steps/StepBase.h"

#include <QJsonArray>

#include <algorithm>

namespace switchyard::cutover {

QString StepBase::title() const
{
    if (!m_spec.title.isEmpty())
        return m_spec.title;
    const plan::StepKind* kind = plan::stepKind(m_spec.kind);
    return kind ? kind->title : m_spec.kind;
}

QString StepBase::verb() const
{
    QString t = title();
    if (!t.isEmpty())
        t[0] = t[0].toLower();
    return t;
}

StepFlags StepBase::flags() const
{
    StepFlags f;
    f.needsPerson = m_spec.person;
    return f;
}

Task<std::vector<Evidence>> StepBase::verify(std::stop_token) { co_return std::vector<Evidence>{}; }

UndoPreview StepBase::undoPreview()
{
    UndoPreview out;
    out.needed = false;
    out.summary = QStringLiteral("Nothing to put back.");
    return out;
}

Task<StepOutcome> StepBase::undo(StepVoice*, std::stop_token)
{
    StepOutcome out;
    out.says = QStringLiteral("Nothing to put back");
    co_return out;
}

QString StepBase::with(const char* key) const
{
    const auto it = m_spec.with.find(QString::fromLatin1(key));
    return it == m_spec.with.end() ? QString() : it->second;
}

QStringList StepBase::hosts() const
{
    const QString group = with("group");
    QStringList out;
    for (const plan::DomainMapping& d : env().domains) {
        if (group.isEmpty() || d.group == group)
            out << d.host;
    }
    return out;
}

const plan::DomainMapping* StepBase::domain(const QString& host) const
{
    const auto& all = env().domains;
    const auto it = std::find_if(all.begin(), all.end(), [&](const plan::DomainMapping& d) { return d.host == host; });
    return it == all.end() ? nullptr : &*it;
}

const plan::ServiceMapping* StepBase::service(const QString& name) const
{
    const auto& all = env().services;
    const auto it = std::find_if(all.begin(), all.end(), [&](const plan::ServiceMapping& s) { return s.name == name; });
    return it == all.end() ? nullptr : &*it;
}

Result<plan::DatabaseMapping> StepBase::database() const
{
    const QString wanted = with("database");
    for (const plan::DatabaseMapping& d : env().databases) {
        if (wanted.isEmpty() ? d.method == plan::MoveMethod::Copy : d.name == wanted)
            return d;
    }
    return Error::invalid(wanted.isEmpty() ? QStringLiteral("The plan copies no database.") : QStringLiteral("The plan has no database named \"%1\".").arg(wanted),
                          QStringLiteral("The step has nothing to act on."), QStringLiteral("Change the step or add the database."));
}

QString StepBase::targetTitle() const { return c->plan().sideTitle(Side::Target).isEmpty() ? QStringLiteral("the target") : c->plan().sideTitle(Side::Target); }
QString StepBase::sourceTitle() const { return c->plan().sideTitle(Side::Source).isEmpty() ? QStringLiteral("the source") : c->plan().sideTitle(Side::Source); }

Result<std::shared_ptr<DnsHost>> StepBase::dnsHost() const
{
    if (c->services().dns)
        return c->services().dns;
    return Error::invalid(QStringLiteral("The run has no DNS host."), QStringLiteral("No record can be read or changed."), QStringLiteral("Add \"dns\" to the plan."));
}

std::optional<Zone> StepBase::savedZone() const
{
    const QJsonObject saved = c->memoryOfKind(QStringLiteral("save-zone")).value(QLatin1String("zone")).toObject();
    if (saved.isEmpty())
        return std::nullopt;
    Zone zone = zoneFrom(saved);
    if (!c->state().zoneBefore) {
        c->state().zoneBefore = zone;
        c->state().zoneSavedAt = zone.readAt;
    }
    return zone;
}

DatabaseView& StepBase::databaseView(const QString& name) const
{
    auto& all = c->state().databases;
    const auto it = std::find_if(all.begin(), all.end(), [&](const DatabaseView& d) { return d.name == name; });
    if (it != all.end())
        return *it;
    DatabaseView view;
    view.name = name;
    all.push_back(std::move(view));
    return all.back();
}

Task<> StepBase::pause(StepVoice* voice, Milliseconds time, std::stop_token stop) const
{
    voice->waiting(true);
    auto slept = co_await sleepFor(c->clock(), time, stop);
    SY_CO_ALIVE(stop);
    voice->waiting(false);
    co_return slept;
}

void StepBase::progress(StepVoice* voice, const QString& id, const QString& name, double part, const QString& amount, const QString& left, bool running) const
{
    TaskProgress p;
    p.id = m_spec.id + u'/' + id;
    p.name = name;
    p.part = part;
    p.amount = amount;
    p.left = left;
    p.running = running;
    voice->progress(std::move(p));
}

QString refText(const ServiceRef& ref)
{
    QStringList parts{ref.account};
    if (!ref.app.isEmpty())
        parts << ref.app;
    if (!ref.service.isEmpty())
        parts << ref.service;
    return parts.join(u'/');
}

ServiceRef appRef(const ServiceRef& ref)
{
    // Where the provider has apps, the whole app is meant; else the service is all there is.
    return ref.app.isEmpty() ? ref : ServiceRef{ref.account, ref.app, {}};
}

QJsonObject toJson(const RecordSet& set)
{
    QJsonObject o;
    o.insert(QStringLiteral("name"), set.name);
    o.insert(QStringLiteral("type"), set.type);
    o.insert(QStringLiteral("ttl"), static_cast<qint64>(set.ttl.count()));
    o.insert(QStringLiteral("values"), QJsonArray::fromStringList(set.values));
    if (set.proxied)
        o.insert(QStringLiteral("proxied"), true);
    return o;
}

RecordSet recordSetFrom(const QJsonObject& json)
{
    RecordSet s;
    s.name = json.value(u"name").toString();
    s.type = json.value(u"type").toString();
    s.ttl = Seconds(json.value(u"ttl").toInteger());
    for (const QJsonValue v : json.value(u"values").toArray())
        s.values << v.toString();
    s.proxied = json.value(u"proxied").toBool();
    return s;
}

QJsonObject toJson(const Zone& zone)
{
    QJsonArray records;
    for (const RecordSet& r : zone.records)
        records.append(toJson(r));
    QJsonObject o;
    o.insert(QStringLiteral("id"), zone.id);
    o.insert(QStringLiteral("name"), zone.name);
    o.insert(QStringLiteral("nameServers"), QJsonArray::fromStringList(zone.nameServers));
    o.insert(QStringLiteral("records"), records);
    o.insert(QStringLiteral("readAt"), isoUtc(zone.readAt));
    return o;
}

Zone zoneFrom(const QJsonObject& json)
{
    Zone z;
    z.id = json.value(u"id").toString();
    z.name = json.value(u"name").toString();
    for (const QJsonValue v : json.value(u"nameServers").toArray())
        z.nameServers << v.toString();
    for (const QJsonValue v : json.value(u"records").toArray())
        z.records.push_back(recordSetFrom(v.toObject()));
    z.readAt = fromIsoUtc(json.value(u"readAt").toString());
    return z;
}

QJsonArray toJson(const std::vector<RecordChange>& changes)
{
    QJsonArray out;
    for (const RecordChange& change : changes) {
        QJsonObject o;
        o.insert(QStringLiteral("name"), change.name);
        if (change.expected)
            o.insert(QStringLiteral("expected"), toJson(*change.expected));
        if (change.planned)
            o.insert(QStringLiteral("planned"), toJson(*change.planned));
        out.append(o);
    }
    return out;
}

std::vector<RecordChange> changesFrom(const QJsonArray& json)
{
    std::vector<RecordChange> out;
    for (const QJsonValue v : json) {
        const QJsonObject o = v.toObject();
        RecordChange change;
        change.name = o.value(u"name").toString();
        if (o.contains(u"expected"))
            change.expected = recordSetFrom(o.value(u"expected").toObject());
        if (o.contains(u"planned"))
            change.planned = recordSetFrom(o.value(u"planned").toObject());
        out.push_back(std::move(change));
    }
    return out;
}

QString counted(qint64 n, const QString& one, const QString& more) { return n == 1 ? QStringLiteral("1 ") + one : grouped(n) + u' ' + more; }

} // namespace switchyard::cutover
