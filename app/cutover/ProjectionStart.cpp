#include "app/cutover/Projection.h"

// The first record of a journal: the plan as it was frozen when the run began, written and read.

namespace switchyard::cutover {

void Projection::start(const JournalRecord& record)
{
    const QJsonObject& d = record.data;
    m_started = true;
    m_digest = QByteArray::fromHex(d.value(u"digest").toString().toLatin1());
    m_state.planName = d.value(u"plan").toString();
    m_state.sourceTitle = d.value(u"source").toString();
    m_state.targetTitle = d.value(u"target").toString();
    m_state.sourceProviders = d.value(u"sourceProviders").toString().split(u',', Qt::SkipEmptyParts);
    m_state.targetProviders = d.value(u"targetProviders").toString().split(u',', Qt::SkipEmptyParts);
    m_state.rehearsal = d.value(u"rehearsal").toBool(true);
    m_state.customEndpoints = d.value(u"customEndpoints").toBool();
    m_state.headless = d.value(u"headless").toBool();
    m_state.rehearsalNumber = d.value(u"number").toInt(1);
    m_state.speed = d.value(u"speed").toDouble(1);
    m_state.operatorName = d.value(u"by").toString();
    m_state.operatorInitials = d.value(u"initials").toString();
    m_state.directory = d.value(u"directory").toString();
    m_state.downtimeBudget = Milliseconds(d.value(u"budgetMs").toInteger());
    m_state.startedAt = record.at;
    m_state.phase = RunPhase::Running;
    const QJsonArray steps = d.value(u"steps").toArray();
    const bool fresh = m_state.steps.empty();
    for (const QJsonValue& v : steps) {
        const QJsonObject s = v.toObject();
        const QString id = s.value(u"id").toString();
        m_tracks[id].kind = s.value(u"kind").toString();
        if (!fresh)
            continue;
        StepView step;
        step.id = id;
        step.number = s.value(u"number").toInt();
        step.phase = static_cast<plan::Phase>(s.value(u"phase").toInt());
        step.title = s.value(u"title").toString();
        step.verb = s.value(u"verb").toString();
        step.flags = flagsFromJson(s.value(u"flags").toObject());
        step.planned = Milliseconds(s.value(u"plannedMs").toInteger());
        step.ownerInitials = s.value(u"owner").toString();
        step.pastPoint = s.value(u"pastPoint").toBool();
        const QJsonArray stations = s.value(u"poll").toArray();
        for (const QJsonValue& station : stations)
            step.poll.push_back({station.toString(), {}, PollAnswer::Open, {}});
        m_state.steps.push_back(std::move(step));
    }
    if (m_state.hosts.empty()) {
        const QJsonArray hosts = d.value(u"hosts").toArray();
        for (const QJsonValue& v : hosts) {
            HostView host;
            host.host = v[u"host"].toString();
            host.shortName = v[u"short"].toString();
            host.group = v[u"group"].toString();
            m_state.hosts.push_back(std::move(host));
        }
    }
    const QJsonArray known = d.value(u"hosts").toArray();
    for (const QJsonValue& v : known) {
        for (HostView& host : m_state.hosts) {
            if (host.host != v[u"host"].toString() || !v[u"state"].isString())
                continue;
            if (host.state == HostState::Unknown)
                host.state = hostStateFromName(v[u"state"].toString());
            spell(host, record.at);
        }
    }
    event(record, m_state.rehearsal ? QStringLiteral("Rehearsal started") : QStringLiteral("Run started"), Severity::Advisory, true, nullptr);
}

QJsonObject runStartedData(const RunState& state, const std::map<QString, QString>& kinds, const QByteArray& digest)
{
    QJsonObject d;
    d.insert(QStringLiteral("plan"), state.planName);
    d.insert(QStringLiteral("digest"), QString::fromLatin1(digest.toHex()));
    d.insert(QStringLiteral("source"), state.sourceTitle);
    d.insert(QStringLiteral("target"), state.targetTitle);
    d.insert(QStringLiteral("sourceProviders"), state.sourceProviders.join(u','));
    d.insert(QStringLiteral("targetProviders"), state.targetProviders.join(u','));
    d.insert(QStringLiteral("rehearsal"), state.rehearsal);
    d.insert(QStringLiteral("customEndpoints"), state.customEndpoints);
    d.insert(QStringLiteral("headless"), state.headless);
    d.insert(QStringLiteral("number"), state.rehearsalNumber);
    d.insert(QStringLiteral("speed"), state.speed);
    d.insert(QStringLiteral("by"), state.operatorName);
    d.insert(QStringLiteral("initials"), state.operatorInitials);
    d.insert(QStringLiteral("directory"), state.directory);
    d.insert(QStringLiteral("budgetMs"), static_cast<qint64>(state.downtimeBudget.count()));
    QJsonArray steps;
    for (const StepView& step : state.steps) {
        QJsonObject s;
        s.insert(QStringLiteral("id"), step.id);
        const auto kind = kinds.find(step.id);
        s.insert(QStringLiteral("kind"), kind == kinds.end() ? QString() : kind->second);
        s.insert(QStringLiteral("number"), step.number);
        s.insert(QStringLiteral("phase"), static_cast<int>(step.phase));
        s.insert(QStringLiteral("title"), step.title);
        s.insert(QStringLiteral("verb"), step.verb);
        s.insert(QStringLiteral("flags"), flagsToJson(step.flags));
        s.insert(QStringLiteral("plannedMs"), static_cast<qint64>(step.planned.count()));
        s.insert(QStringLiteral("owner"), step.ownerInitials);
        s.insert(QStringLiteral("pastPoint"), step.pastPoint);
        QJsonArray stations;
        for (const PollStation& station : step.poll)
            stations.append(station.station);
        if (!stations.isEmpty())
            s.insert(QStringLiteral("poll"), stations);
        steps.append(s);
    }
    d.insert(QStringLiteral("steps"), steps);
    QJsonArray hosts;
    for (const HostView& host : state.hosts) {
        QJsonObject h;
        h.insert(QStringLiteral("host"), host.host);
        h.insert(QStringLiteral("short"), host.shortName);
        h.insert(QStringLiteral("group"), host.group);
        if (host.state != HostState::Unknown)
            h.insert(QStringLiteral("state"), hostStateName(host.state));
        hosts.append(h);
    }
    d.insert(QStringLiteral("hosts"), hosts);
    return d;
}

} // namespace switchyard::cutover
