#include "app/smoke/Outcome.h"

#include <QJsonArray>

#include <algorithm>
#include <array>

namespace switchyard::smoke {

namespace {
constexpr std::array<const char*, 4> kNames{"pass", "slower", "failed", "not run"};
constexpr Milliseconds kSlow{500};
} // namespace

QString verdictName(Verdict verdict) { return QString::fromLatin1(kNames.at(static_cast<std::size_t>(verdict))); }

std::optional<Verdict> verdictFromName(const QString& name)
{
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (name == QLatin1String(kNames[i]))
            return static_cast<Verdict>(i);
    }
    return std::nullopt;
}

QJsonObject toJson(const Outcome& o)
{
    QJsonObject json;
    json.insert(QStringLiteral("id"), o.id);
    json.insert(QStringLiteral("verdict"), verdictName(o.verdict));
    json.insert(QStringLiteral("status"), o.status);
    json.insert(QStringLiteral("tookMs"), static_cast<qint64>(o.took.count()));
    json.insert(QStringLiteral("says"), o.says);
    if (!o.diagnosis.isEmpty())
        json.insert(QStringLiteral("diagnosis"), o.diagnosis);
    json.insert(QStringLiteral("exchange"), QJsonArray::fromStringList(o.exchange));
    json.insert(QStringLiteral("at"), isoUtc(o.at));
    return json;
}

Outcome outcomeFrom(const QJsonObject& json)
{
    Outcome o;
    o.id = json.value(u"id").toString();
    o.verdict = verdictFromName(json.value(u"verdict").toString()).value_or(Verdict::NotRun);
    o.status = json.value(u"status").toInt();
    o.took = Milliseconds(json.value(u"tookMs").toInteger());
    o.says = json.value(u"says").toString();
    o.diagnosis = json.value(u"diagnosis").toString();
    for (const QJsonValue v : json.value(u"exchange").toArray())
        o.exchange << v.toString();
    o.at = fromIsoUtc(json.value(u"at").toString());
    return o;
}

Outcome against(Outcome now, const std::optional<Outcome>& baseline)
{
    if (now.verdict == Verdict::Pass && baseline && baseline->verdict == Verdict::Pass && now.took > kSlow && now.took > 2 * baseline->took)
        now.verdict = Verdict::Slower;
    return now;
}

QString diagnose(const QString& check, int status, const QByteArray& body, const QString& problem, const QString& origin)
{
    if (problem.contains(QLatin1String("alert 40")) || problem.contains(QLatin1String("certificate")))
        return QStringLiteral("The target serves no certificate for the name yet. Wait for it on the DNS page, then run the checks again.");
    if (status == 400 && body.contains("ALLOWED_HOSTS"))
        return QStringLiteral("The host isn't in ALLOWED_HOSTS of the target. Add it in Environments, deploy, then run the checks again.");
    if (status == 403 && (body.contains("Origin checking failed") || body.contains("does not match any trusted origins")))
        return QStringLiteral("SECURITY_ORIGINS of the target lacks %1. Add it in Environments, deploy, then run the checks again.").arg(origin);
    if (status == 503 && body.contains("read-only"))
        return QStringLiteral("The database is held read-only: writes aren't open on this side.");
    if (status == 503)
        return QStringLiteral("The side is in maintenance or none of its instances runs.");
    if (check == QLatin1String("cors"))
        return QStringLiteral("The preflight answer has no allow header for %1: the CORS setting lacks that origin.").arg(origin);
    if (check.startsWith(QLatin1String("websocket")))
        return QStringLiteral("The WebSocket was refused or stayed silent: look at the proxy in front of the app and at its shared bus.");
    if (status == 502 || status == 504)
        return QStringLiteral("The target's router didn't reach the app. Read its log.");
    if (status == 401)
        return QStringLiteral("The session wasn't accepted. Compare SECRET_KEY and the cookie settings of both sides.");
    return {};
}

HeaderGrade gradeHeaders(const std::map<QByteArray, QByteArray>& headers)
{
    struct Weight {
        const char* name;
        int points;
    };
    constexpr std::array<Weight, 7> weights{{{"strict-transport-security", 20}, {"content-security-policy", 25}, {"x-frame-options", 15}, {"x-content-type-options", 15}, {"referrer-policy", 10},
                                            {"permissions-policy", 10}, {"cross-origin-opener-policy", 5}}};
    HeaderGrade out;
    const auto policy = headers.find("content-security-policy");
    for (const Weight& w : weights) {
        bool there = headers.contains(w.name);
        // frame-ancestors says the same as X-Frame-Options, and wins where both are.
        if (QByteArray(w.name) == "x-frame-options" && policy != headers.end() && policy->second.contains("frame-ancestors"))
            there = true;
        out.headers[QString::fromLatin1(w.name)] = there;
        out.score += there ? w.points : 0;
    }
    out.grade = out.score >= 90 ? QStringLiteral("A") : out.score >= 75 ? QStringLiteral("B") : out.score >= 55 ? QStringLiteral("C") : out.score >= 35 ? QStringLiteral("D") : out.score >= 15 ? QStringLiteral("E") : QStringLiteral("F");
    return out;
}

QJsonObject toJson(const HeaderGrade& grade)
{
    QJsonObject headers;
    for (const auto& [name, there] : grade.headers)
        headers.insert(name, there);
    QJsonObject json;
    json.insert(QStringLiteral("grade"), grade.grade);
    json.insert(QStringLiteral("score"), grade.score);
    json.insert(QStringLiteral("headers"), headers);
    return json;
}

HeaderGrade headerGradeFrom(const QJsonObject& json)
{
    HeaderGrade g;
    g.grade = json.value(u"grade").toString();
    g.score = json.value(u"score").toInt();
    const QJsonObject headers = json.value(u"headers").toObject();
    for (auto it = headers.begin(); it != headers.end(); ++it)
        g.headers[it.key()] = it.value().toBool();
    return g;
}

} // namespace switchyard::smoke
