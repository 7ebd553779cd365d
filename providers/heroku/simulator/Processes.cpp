// Formation, dynos and their delays: a dyno needs 4 s to come up and 3 s to go.
#include "providers/heroku/simulator/Platform.h"

#include <QRandomGenerator>
#include <QUuid>

namespace switchyard::heroku {

using namespace Qt::StringLiterals;

namespace {

struct DynoSize {
    const char* name;
    double memory;
    int compute;
    int cents;
    bool dedicated;
};
constexpr DynoSize kDynoSizes[] = {{"Eco", 0.5, 1, 500, false}, {"Basic", 0.5, 1, 700, false}, {"Standard-1X", 0.5, 1, 2500, false},
    {"Standard-2X", 1, 2, 5000, false}, {"Performance-M", 2.5, 12, 25000, true}, {"Performance-L", 14, 50, 50000, true}};

/// The API takes any case and the old short names; it shows the canonical one.
std::optional<QString> canonicalSize(const QString& asked)
{
    QString wanted = asked;
    if (asked.compare(u"1x"_s, Qt::CaseInsensitive) == 0 || asked.compare(u"2x"_s, Qt::CaseInsensitive) == 0)
        wanted = u"Standard-"_s + asked;
    for (const DynoSize& size : kDynoSizes) {
        const QString name = QString::fromLatin1(size.name);
        if (name.compare(wanted, Qt::CaseInsensitive) == 0)
            return name;
    }
    return std::nullopt;
}

} // namespace

Answer Platform::dynoSizes() const
{
    QJsonArray all;
    for (const DynoSize& size : kDynoSizes) {
        const QString name = QString::fromLatin1(size.name);
        all.append(QJsonObject{{u"id"_s, QUuid::createUuidV5(QUuid(), name).toString(QUuid::WithoutBraces)}, {u"name"_s, name},
            {u"memory"_s, size.memory}, {u"compute"_s, size.compute}, {u"cost"_s, QJsonObject{{u"cents"_s, size.cents}, {u"unit"_s, u"month"_s}}},
            {u"dedicated"_s, size.dedicated}, {u"precise_dyno_units"_s, size.compute}, {u"dyno_units"_s, size.compute},
            {u"architecture"_s, u"amd64"_s}, {u"generation"_s, QJsonObject{{u"id"_s, name}, {u"name"_s, u"cedar"_s}}},
            {u"private_space_only"_s, false}});
    }
    return {200, all, {}};
}

Answer Platform::listFormation(const QString& app) const
{
    return {200, shownAll(find(app)->formation), {}};
}

Answer Platform::showFormation(const QString& app, const QString& type) const
{
    for (const QJsonObject& process : find(app)->formation) {
        if (process[u"type"_s].toString() == type || process[u"id"_s].toString() == type)
            return {200, shown(process), {}};
    }
    return Answer::error(404, u"not_found"_s, u"Couldn't find that process type (%1)."_s.arg(type));
}

/// Applies one update; with `dry` it only checks, so that a batch changes all or nothing.
std::optional<Answer> Platform::scale(App& app, const QJsonObject& update, bool dry)
{
    const QString type = update[u"type"_s].toString();
    QJsonObject* process = nullptr;
    for (QJsonObject& candidate : app.formation) {
        if (candidate[u"type"_s].toString() == type || candidate[u"id"_s].toString() == type)
            process = &candidate;
    }
    if (!process)
        return Answer::error(404, u"not_found"_s, u"Couldn't find that process type (%1)."_s.arg(type));

    int quantity = process->value(u"quantity"_s).toInt();
    if (const QJsonValue wish = update[u"quantity"_s]; !wish.isUndefined()) {
        // The official CLI sends strings, also relative ones, although the schema says integer.
        bool ok = wish.isDouble();
        if (ok) {
            quantity = wish.toInt(-1);
        } else if (wish.isString()) {
            const QString text = wish.toString();
            const int number = text.toInt(&ok);
            quantity = text.startsWith(u'+') || text.startsWith(u'-') ? quantity + number : number;
        }
        if (!ok || quantity < 0 || quantity > 100)
            return Answer::error(422, u"invalid_params"_s, u"Quantity must be a number between 0 and 100."_s);
    }
    QString size = process->value(u"size"_s).toString();
    const QJsonValue dynoSize = update[u"dyno_size"_s];
    const QJsonValue wish = dynoSize.isObject() ? (dynoSize[u"name"_s].isString() ? dynoSize[u"name"_s] : dynoSize[u"id"_s])
        : dynoSize.isString()                   ? dynoSize
                                                : update[u"size"_s];
    if (wish.isString()) {
        const std::optional<QString> known = canonicalSize(wish.toString());
        if (!known)
            return Answer::error(422, u"invalid_params"_s, u"No such size as %1."_s.arg(wish.toString()));
        size = *known;
    }
    if (dry)
        return std::nullopt;

    const bool resized = size != process->value(u"size"_s).toString();
    process->insert(u"quantity"_s, quantity);
    process->insert(u"size"_s, size);
    process->insert(u"dyno_size"_s, QJsonObject{{u"id"_s, QUuid::createUuidV5(QUuid(), size).toString(QUuid::WithoutBraces)}, {u"name"_s, size}});
    process->insert(u"updated_at"_s, stamp());
    if (const QJsonValue image = update[u"docker_image"_s]; image.isString()) {
        process->insert(u"docker_image"_s, QJsonObject{{u"id"_s, image}});
        release(app, u"Deployed %1 (%2)"_s.arg(process->value(u"type"_s).toString(), image.toString().left(12)), wanted(app));
    }
    const QString name = process->value(u"type"_s).toString();
    if (resized) {
        for (QJsonObject& dyno : app.dynos) {
            if (dyno[u"type"_s].toString() == name)
                dyno[u"size"_s] = size;
        }
        restartDynos(app, name);
    }
    follow(app, name);
    happened(u"formation"_s, {{u"app"_s, app.doc[u"name"_s]}, {u"type"_s, name}, {u"quantity"_s, quantity}, {u"size"_s, size}});
    return std::nullopt;
}

Answer Platform::scaleMany(const QString& app, const QJsonObject& body)
{
    if (!body[u"updates"_s].isArray())
        return Answer::error(422, u"invalid_params"_s, u"Require params: updates."_s);
    App& a = *find(app);
    const QJsonArray updates = body[u"updates"_s].toArray();
    for (const bool dry : {true, false}) {
        for (const QJsonValue& update : updates) {
            if (const std::optional<Answer> refused = scale(a, update.toObject(), dry))
                return *refused;
        }
    }
    QJsonArray touched;
    for (const QJsonObject& process : a.formation) {
        for (const QJsonValue& update : updates) {
            if (update[u"type"_s] == process[u"type"_s] || update[u"type"_s] == process[u"id"_s])
                touched.append(shown(process));
        }
    }
    return {200, touched, {}};
}

Answer Platform::scaleOne(const QString& app, const QString& type, const QJsonObject& body)
{
    QJsonObject update = body;
    update[u"type"_s] = type;
    if (const std::optional<Answer> refused = scale(*find(app), update, false))
        return *refused;
    return showFormation(app, type);
}

void Platform::follow(App& app, const QString& type)
{
    const auto process = std::find_if(app.formation.begin(), app.formation.end(), [&](const QJsonObject& p) { return p[u"type"_s].toString() == type; });
    if (process == app.formation.end() || type == u"release"_s)
        return;
    const int quantity = process->value(u"quantity"_s).toInt();
    for (int n = 1; n <= quantity; ++n) {
        const QString name = u"%1.%2"_s.arg(type).arg(n);
        const bool there = std::any_of(app.dynos.begin(), app.dynos.end(), [&](const QJsonObject& dyno) {
            return dyno[u"name"_s].toString() == name && dyno[u"state"_s].toString() != u"down"_s;
        });
        if (there)
            continue;
        const QJsonObject& current = app.releases.last();
        const QJsonObject dyno{{u"id"_s, newId()}, {u"name"_s, name}, {u"type"_s, type}, {u"state"_s, u"starting"_s}, {u"size"_s, process->value(u"size"_s)},
            {u"command"_s, process->value(u"command"_s)}, {u"release"_s, QJsonObject{{u"id"_s, current[u"id"_s]}, {u"version"_s, current[u"version"_s]}}},
            {u"app"_s, ref(app)}, {u"attach_url"_s, QJsonValue::Null}, {u"created_at"_s, stamp()}, {u"updated_at"_s, stamp()}};
        app.dynos.append(dyno);
        m_agenda.in(Seconds(4), u"dyno-up"_s, {{u"app"_s, app.doc[u"id"_s]}, {u"dyno"_s, dyno[u"id"_s]}});
    }
    for (QJsonObject& dyno : app.dynos) {
        if (dyno[u"type"_s].toString() != type || dyno[u"state"_s].toString() == u"down"_s
            || dyno[u"name"_s].toString().section(u'.', -1).toInt() <= quantity)
            continue;
        m_agenda.cancel(u"dyno-up"_s, u"dyno"_s, dyno[u"id"_s].toString());
        dyno[u"state"_s] = u"down"_s;
        dyno[u"updated_at"_s] = stamp();
        m_agenda.in(Seconds(3), u"dyno-gone"_s, {{u"app"_s, app.doc[u"id"_s]}, {u"dyno"_s, dyno[u"id"_s]}});
    }
}

void Platform::restartDynos(App& app, const QString& name)
{
    for (QJsonObject& dyno : app.dynos) {
        const bool chosen = name.isEmpty() ? dyno[u"type"_s].toString() != u"run"_s
                                           : dyno[u"name"_s].toString() == name || dyno[u"type"_s].toString() == name || dyno[u"id"_s].toString() == name;
        if (!chosen || dyno[u"state"_s].toString() == u"down"_s)
            continue;
        const QJsonObject& current = app.releases.last();
        dyno[u"state"_s] = u"starting"_s;
        dyno[u"updated_at"_s] = stamp();
        dyno[u"release"_s] = QJsonObject{{u"id"_s, current[u"id"_s]}, {u"version"_s, current[u"version"_s]}};
        m_agenda.cancel(u"dyno-up"_s, u"dyno"_s, dyno[u"id"_s].toString());
        m_agenda.in(Seconds(4), u"dyno-up"_s, {{u"app"_s, app.doc[u"id"_s]}, {u"dyno"_s, dyno[u"id"_s]}});
    }
    happened(u"restart"_s, {{u"app"_s, app.doc[u"name"_s]}, {u"what"_s, name}});
}

Answer Platform::listDynos(const QString& app) const
{
    return {200, shownAll(find(app)->dynos), {}};
}

Answer Platform::showDyno(const QString& app, const QString& name) const
{
    for (const QJsonObject& dyno : find(app)->dynos) {
        if (dyno[u"name"_s].toString() == name || dyno[u"id"_s].toString() == name)
            return {200, shown(dyno), {}};
    }
    return Answer::error(404, u"not_found"_s, u"Couldn't find that dyno."_s);
}

Answer Platform::runDyno(const QString& app, const QJsonObject& body)
{
    if (!body[u"command"_s].isString())
        return Answer::error(422, u"invalid_params"_s, u"Require params: command."_s);
    App& a = *find(app);
    const QJsonObject& current = a.releases.last();
    const QJsonObject dyno{{u"id"_s, newId()}, {u"name"_s, u"run.%1"_s.arg(QRandomGenerator::global()->bounded(1000, 9999))}, {u"type"_s, u"run"_s},
        {u"state"_s, u"starting"_s}, {u"size"_s, u"Standard-1X"_s}, {u"command"_s, body[u"command"_s]},
        {u"release"_s, QJsonObject{{u"id"_s, current[u"id"_s]}, {u"version"_s, current[u"version"_s]}}}, {u"app"_s, ref(a)},
        {u"attach_url"_s, QJsonValue::Null}, {u"created_at"_s, stamp()}, {u"updated_at"_s, stamp()}};
    a.dynos.append(dyno);
    const QJsonObject which{{u"app"_s, a.doc[u"id"_s]}, {u"dyno"_s, dyno[u"id"_s]}};
    m_agenda.in(Seconds(2), u"dyno-up"_s, which);
    m_agenda.in(Seconds(12), u"dyno-gone"_s, which);
    happened(u"run"_s, {{u"app"_s, a.doc[u"name"_s]}, {u"dyno"_s, dyno[u"name"_s]}, {u"command"_s, dyno[u"command"_s]}});
    return {201, dyno, {}};
}

Answer Platform::restart(const QString& app, const QString& dyno)
{
    if (!dyno.isEmpty()) {
        if (const Answer known = showDyno(app, dyno); known.status != 200)
            return known;
    }
    restartDynos(*find(app), dyno);
    return {202, QJsonObject{}, {}};
}

Answer Platform::stopType(const QString& app, const QString& type)
{
    // Stops the dynos now; the dyno manager starts them again, as the quantity stays.
    if (const Answer known = showFormation(app, type); known.status != 200)
        return known;
    restartDynos(*find(app), type);
    return {202, QJsonObject{}, {}};
}

} // namespace switchyard::heroku
