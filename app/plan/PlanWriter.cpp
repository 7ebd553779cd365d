#include "app/plan/PlanWriter.h"

#include "app/plan/PlanReader.h"
#include "app/plan/StepKinds.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace switchyard::plan {

namespace {

/// A text as a YAML scalar: plain where that is safe, else in double quotes.
QString scalarText(const QString& text)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_@/.][A-Za-z0-9 _@/.:+()-]*$"));
    static const QRegularExpression number(QStringLiteral("^[-+]?[0-9.]+$"));
    static const QRegularExpression unsafe(QStringLiteral(":\\s|:$|\\s$|\\s#"));
    static const QStringList reserved{QStringLiteral("true"), QStringLiteral("false"), QStringLiteral("null"), QStringLiteral("yes"), QStringLiteral("no"), QStringLiteral("on"),
                                      QStringLiteral("off"), QStringLiteral("~")};
    const bool address = text.count(u'.') == 3;
    if (plain.match(text).hasMatch() && !unsafe.match(text).hasMatch() && (address || !number.match(text).hasMatch()) && !reserved.contains(text.toLower()))
        return text;
    QString out = text;
    out.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\"")).replace(u'\n', QStringLiteral("\\n")).replace(u'\t', QStringLiteral("\\t")).replace(u'\r', QStringLiteral("\\r"));
    return u'"' + out + u'"';
}

/// Inside "{...}" a comma or a bracket ends the value.
QString flowText(const QString& text)
{
    static const QRegularExpression needs(QStringLiteral("[,\\[\\]{}]"));
    const QString s = scalarText(text);
    return !s.startsWith(u'"') && needs.match(s).hasMatch() ? u'"' + s + u'"' : s;
}

class Writer {
public:
    explicit Writer(const PlanComments& comments) : m_comments(comments) {}

    QByteArray write(const Plan& plan)
    {
        comment({}, 0);
        line(0, QStringLiteral("switchyard: 1"));
        pair(0, "plan", plan.name);
        optional(0, "title", plan.title);
        blank();
        line(0, QStringLiteral("accounts:"));
        for (const Account& a : plan.accounts) {
            comment(QStringLiteral("accounts.") + a.name, 2);
            line(2, scalarText(a.name) + u':');
            pair(4, "provider", a.provider);
            pair(4, "keyring", a.keyring);
            optional(4, "base-url", a.baseUrl);
            optional(4, "data-url", a.dataUrl);
        }
        blank();
        line(0, QStringLiteral("environments:"));
        for (const Environment& e : plan.environments)
            environment(e);
        if (!plan.dns.zone.isEmpty()) {
            blank();
            comment(QStringLiteral("dns"), 0);
            line(0, QStringLiteral("dns:"));
            pair(2, "account", plan.dns.account);
            pair(2, "zone", plan.dns.zone);
            line(2, QStringLiteral("switch-ttl: ") + durationToText(plan.dns.switchTtl));
        }
        blank();
        comment(QStringLiteral("budget"), 0);
        line(0, QStringLiteral("budget: ") + durationToText(plan.downtimeBudget));
        if (!plan.windowStart.isEmpty() || !plan.windowEnd.isEmpty()) {
            line(0, QStringLiteral("window:"));
            optional(2, "start", plan.windowStart);
            optional(2, "end", plan.windowEnd);
        }
        line(0, QStringLiteral("poll:"));
        texts(2, "stations", plan.poll.stations);
        line(2, QStringLiteral("team: ") + (plan.poll.team ? QStringLiteral("true") : QStringLiteral("false")));
        if (!plan.resolvers.isEmpty())
            texts(0, "resolvers", plan.resolvers);
        if (!plan.steps.empty())
            steps(plan);
        smoke(plan);
        return m_out.toUtf8();
    }

private:
    void line(int indent, const QString& text) { m_out += QString(indent, u' ') + text + u'\n'; }
    void blank() { m_out += u'\n'; }
    void pair(int indent, const char* key, const QString& value) { line(indent, QString::fromLatin1(key) + QStringLiteral(": ") + scalarText(value)); }
    void optional(int indent, const char* key, const QString& value)
    {
        if (!value.isEmpty())
            pair(indent, key, value);
    }
    void texts(int indent, const char* key, const QStringList& values)
    {
        QStringList out;
        for (const QString& v : values)
            out << flowText(v);
        line(indent, QString::fromLatin1(key) + QStringLiteral(": [") + out.join(QStringLiteral(", ")) + u']');
    }
    void comment(const QString& path, int indent)
    {
        const auto it = m_comments.find(path);
        if (it == m_comments.end())
            return;
        for (const QString& l : it->second.split(u'\n'))
            line(indent, (QStringLiteral("# ") + l).trimmed());
    }
    void ref(int indent, const char* key, const ServiceRef& r)
    {
        if (r.isEmpty())
            return;
        QStringList parts{QStringLiteral("account: ") + flowText(r.account)};
        if (!r.app.isEmpty())
            parts << QStringLiteral("app: ") + flowText(r.app);
        if (!r.service.isEmpty())
            parts << QStringLiteral("service: ") + flowText(r.service);
        line(indent, QString::fromLatin1(key) + QStringLiteral(": {") + parts.join(QStringLiteral(", ")) + u'}');
    }

    void environment(const Environment& e)
    {
        line(2, scalarText(e.name) + u':');
        if (!e.services.empty())
            line(4, QStringLiteral("services:"));
        for (const ServiceMapping& s : e.services) {
            comment(QStringLiteral("services.") + s.name, 6);
            line(6, scalarText(s.name) + u':');
            pair(8, "kind", serviceKindName(s.kind));
            ref(8, "source", s.source);
            ref(8, "target", s.target);
            if (s.scheduler)
                line(8, QStringLiteral("scheduler: true"));
            optional(8, "note", s.note);
        }
        if (!e.databases.empty())
            line(4, QStringLiteral("databases:"));
        for (const DatabaseMapping& d : e.databases) {
            comment(QStringLiteral("databases.") + d.name, 6);
            line(6, scalarText(d.name) + u':');
            if (d.method != MoveMethod::Copy)
                pair(8, "method", d.method == MoveMethod::None ? QStringLiteral("none") : QStringLiteral("stays"));
            ref(8, "source", d.source);
            ref(8, "target", d.target);
            if (!d.exclude.isEmpty())
                texts(8, "exclude", d.exclude);
            if (d.method == MoveMethod::Copy || d.sequenceMargin != DatabaseMapping{}.sequenceMargin)
                line(8, QStringLiteral("sequence-margin: %1").arg(d.sequenceMargin));
        }
        if (!e.queues.empty())
            line(4, QStringLiteral("queues:"));
        for (const QueueMapping& q : e.queues) {
            comment(QStringLiteral("queues.") + q.name, 6);
            line(6, scalarText(q.name) + u':');
            ref(8, "source", q.source);
            ref(8, "target", q.target);
            texts(8, "queues", q.queues);
        }
        if (!e.domains.empty())
            line(4, QStringLiteral("domains:"));
        for (const DomainMapping& d : e.domains) {
            comment(QStringLiteral("domains.") + d.host, 6);
            line(6, scalarText(d.host) + u':');
            pair(8, "service", d.service);
            pair(8, "group", d.group);
            optional(8, "source-mark", d.sourceMark);
            optional(8, "target-mark", d.targetMark);
            optional(8, "maintenance-mark", d.maintenanceMark);
        }
        if (!e.rewrites.empty())
            line(4, QStringLiteral("rewrites:"));
        for (const HostRewrite& r : e.rewrites)
            line(6, QStringLiteral("- {from: %1, to: %2}").arg(flowText(r.from), flowText(r.to)));
        if (!e.expected.empty())
            line(4, QStringLiteral("expected:"));
        for (const ExpectedDifference& x : e.expected) {
            line(6, QStringLiteral("- key: ") + scalarText(x.key));
            pair(8, "reason", x.reason);
            optional(8, "owner", x.owner);
            optional(8, "until", x.until);
        }
        if (e.services.empty() && e.databases.empty() && e.queues.empty() && e.domains.empty() && e.rewrites.empty() && e.expected.empty())
            line(4, QStringLiteral("services: {}"));
    }

    void steps(const Plan& plan)
    {
        blank();
        comment(QStringLiteral("steps"), 0);
        line(0, QStringLiteral("steps:"));
        for (const StepSpec& s : plan.steps) {
            const StepKind* kind = stepKind(s.kind);
            line(2, QStringLiteral("- kind: ") + scalarText(s.kind));
            if (s.id != s.kind)
                pair(4, "id", s.id);
            pair(4, "phase", phaseName(s.phase));
            optional(4, "title", s.title);
            if (!kind || kind->person != s.person)
                line(4, s.person ? QStringLiteral("person: true") : QStringLiteral("person: false"));
            if (!kind || kind->planned != s.planned)
                line(4, QStringLiteral("planned: ") + durationToText(s.planned));
            if (!s.with.empty()) {
                line(4, QStringLiteral("with:"));
                for (const auto& [key, value] : s.with)
                    line(6, scalarText(key) + QStringLiteral(": ") + scalarText(value));
            }
        }
    }

    void smoke(const Plan& plan)
    {
        blank();
        comment(QStringLiteral("smoke"), 0);
        if (plan.smoke.empty()) {
            line(0, QStringLiteral("smoke: []"));
            return;
        }
        line(0, QStringLiteral("smoke:"));
        for (const SmokeSpec& s : plan.smoke) {
            line(2, QStringLiteral("- id: ") + scalarText(s.id));
            optional(4, "title", s.title);
            optional(4, "section", s.section);
            if (s.manual)
                line(4, QStringLiteral("manual: true"));
            if (!s.instructions.isEmpty()) {
                line(4, QStringLiteral("instructions:"));
                for (const QString& i : s.instructions)
                    line(6, QStringLiteral("- ") + scalarText(i));
            }
        }
    }

    const PlanComments& m_comments;
    QString m_out;
};

QJsonArray json(const ServiceRef& r) { return QJsonArray{r.account, r.app, r.service}; }

} // namespace

QByteArray writePlan(const Plan& plan, const PlanComments& comments) { return Writer(comments).write(plan); }

QByteArray planDigest(const Plan& plan)
{
    QJsonObject root;
    QJsonArray services, databases, queues, domains, rewrites, expected, steps;
    if (!plan.environments.empty()) {
        const Environment& e = plan.production();
        for (const ServiceMapping& s : e.services)
            services << QJsonArray{s.name, serviceKindName(s.kind), json(s.source), json(s.target), s.scheduler};
        for (const DatabaseMapping& d : e.databases)
            databases << QJsonArray{d.name, json(d.source), json(d.target), static_cast<int>(d.method), QJsonArray::fromStringList(d.exclude), d.sequenceMargin};
        for (const QueueMapping& q : e.queues)
            queues << QJsonArray{q.name, json(q.source), json(q.target), QJsonArray::fromStringList(q.queues)};
        for (const DomainMapping& d : e.domains)
            domains << QJsonArray{d.host, d.service, d.group};
        for (const HostRewrite& r : e.rewrites)
            rewrites << QJsonArray{r.from, r.to};
        for (const ExpectedDifference& x : e.expected)
            expected << x.key;
    }
    for (const StepSpec& s : plan.steps) {
        QJsonObject with;
        for (const auto& [key, value] : s.with)
            with[key] = value;
        steps << QJsonArray{s.id, s.kind, static_cast<int>(s.phase), s.person, with};
    }
    QJsonArray providers;
    for (const Account& a : plan.accounts)
        providers << QJsonArray{a.name, a.provider};
    root[QLatin1String("services")] = services;
    root[QLatin1String("databases")] = databases;
    root[QLatin1String("queues")] = queues;
    root[QLatin1String("domains")] = domains;
    root[QLatin1String("rewrites")] = rewrites;
    root[QLatin1String("expected")] = expected;
    root[QLatin1String("steps")] = steps;
    root[QLatin1String("providers")] = providers;
    root[QLatin1String("dns")] = QJsonArray{plan.dns.account, plan.dns.zone, static_cast<qint64>(plan.dns.switchTtl.count())};
    root[QLatin1String("budget")] = static_cast<qint64>(plan.downtimeBudget.count());
    return QCryptographicHash::hash(QJsonDocument(root).toJson(QJsonDocument::Compact), QCryptographicHash::Sha256).toHex();
}

} // namespace switchyard::plan
