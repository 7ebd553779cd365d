// The data host: database info, transfers (backups, restores, copies), schedules, credentials. Shapes after the CLI's own sources and one
// recorded capture answer; there is no published description.
#include "providers/heroku/simulator/Platform.h"

#include "app/base/Units.h"

#include <QUrl>

namespace switchyard::heroku {

using namespace Qt::StringLiterals;

namespace {

Answer unknownDatabase()
{
    return Answer::error(404, u"not_found"_s, u"Database not found."_s);
}

} // namespace

Answer Platform::databaseInfo(const QString& name) const
{
    const QJsonObject* addon = findAddon(name);
    if (!addon || addon->value(u"state"_s).toString() == u"provisioning"_s)
        return unknownDatabase();
    const QJsonObject facts = addon->value(u"_facts"_s).toObject();
    const QString url = addon->value(u"_url"_s).toString();
    const QUrl parsed(url);
    const QString plan = addon->value(u"plan"_s)[u"name"_s].toString().section(u':', -1);
    const qint64 bytes = facts[u"num_bytes"_s].toInteger();
    const auto line = [](const QString& key, const QJsonValue& value) { return QJsonObject{{u"name"_s, key}, {u"values"_s, QJsonArray{value}}}; };
    const bool essential = plan.startsWith(u"essential"_s);
    const QJsonArray info{line(u"Plan"_s, plan), line(u"Status"_s, u"Available"_s),
        line(u"Connections"_s, u"%1/%2"_s.arg(facts[u"connections"_s].toInt(9)).arg(essential ? 20 : 120)),
        line(u"PG Version"_s, facts[u"version"_s].toString(u"15.6"_s)), line(u"Created"_s, addon->value(u"created_at"_s)),
        line(u"Data Size"_s, bytesText(Bytes{bytes})), line(u"Tables"_s, facts[u"num_tables"_s].toInt()), line(u"Fork/Follow"_s, u"Available"_s),
        line(u"Rollback"_s, u"Unsupported"_s), line(u"Continuous Protection"_s, facts[u"protection"_s].toString(u"Off"_s)),
        line(u"Maintenance"_s, u"not required"_s), line(u"Region"_s, u"eu"_s), line(u"Add-on"_s, addon->value(u"name"_s))};
    return {200, QJsonObject{{u"addon_id"_s, addon->value(u"id"_s)}, {u"name"_s, addon->value(u"name"_s)}, {u"info"_s, info}, {u"resource_url"_s, url},
        {u"database_name"_s, parsed.path().mid(1)}, {u"database_user"_s, parsed.userName()}, {u"database_password"_s, parsed.password()},
        {u"num_bytes"_s, bytes}, {u"num_tables"_s, facts[u"num_tables"_s].toInt()}, {u"num_connections"_s, facts[u"connections"_s].toInt(9)},
        {u"plan"_s, plan}, {u"port"_s, parsed.port(5432)}, {u"postgres_version"_s, facts[u"version"_s].toString(u"15.6"_s)},
        {u"following"_s, QJsonValue::Null}, {u"forked_from"_s, QJsonValue::Null}, {u"waiting?"_s, false},
        {u"created_at"_s, addon->value(u"created_at"_s)}}, {}};
}

Answer Platform::waitStatus(const QString& name) const
{
    const QJsonObject* addon = findAddon(name);
    if (!addon)
        return unknownDatabase();
    const bool waiting = addon->value(u"state"_s).toString() == u"provisioning"_s;
    return {200, QJsonObject{{u"waiting?"_s, waiting}, {u"message"_s, waiting ? u"preparing"_s : u"available"_s}, {u"error?"_s, false}}, {}};
}

// ---- transfers --------------------------------------------------------------------------------------------------------

QJsonObject Platform::transferShown(const QJsonObject& transfer, bool verbose) const
{
    QJsonObject copy = shown(transfer);
    if (!verbose)
        copy.remove(u"logs"_s);
    return copy;
}

const QJsonObject* Platform::findTransfer(const QString& app, const QString& which) const
{
    const App* a = find(app);
    for (const QJsonObject& transfer : m_transfers) {
        if (!a || transfer[u"_app"_s] != a->doc[u"id"_s])
            continue;
        if (transfer[u"uuid"_s].toString() == which || QString::number(transfer[u"num"_s].toInt()) == which)
            return &transfer;
    }
    return nullptr;
}

QJsonObject* Platform::findTransfer(const QString& app, const QString& which)
{
    return const_cast<QJsonObject*>(std::as_const(*this).findTransfer(app, which));
}

Answer Platform::listTransfers(const QString& app) const
{
    QJsonArray all;
    for (const QJsonObject& transfer : m_transfers) {
        if (transfer[u"_app"_s] == find(app)->doc[u"id"_s])
            all.append(transferShown(transfer, false));
    }
    return {200, all, {}};
}

Answer Platform::showTransfer(const QString& app, const QString& which, bool verbose) const
{
    const QJsonObject* transfer = findTransfer(app, which);
    if (!transfer)
        return Answer::error(404, u"not_found"_s, u"Transfer not found."_s);
    return {200, transferShown(*transfer, verbose), {}};
}

Answer Platform::startTransfer(const QString& name, const QString& kind, const QJsonObject& body)
{
    const QJsonObject* addon = findAddon(name);
    if (!addon)
        return unknownDatabase();
    const QString addonId = addon->value(u"id"_s).toString();
    for (const QJsonObject& other : std::as_const(m_transfers)) {
        if (other[u"_addon"_s].toString() == addonId && other[u"finished_at"_s].isNull() && other[u"canceled_at"_s].isNull())
            return Answer::error(409, u"conflict"_s, u"A transfer is currently in progress."_s);
    }
    int number = 0;
    for (const QJsonObject& other : std::as_const(m_transfers)) {
        if (other[u"_app"_s] == addon->value(u"app"_s)[u"id"_s])
            number = std::max(number, other[u"num"_s].toInt());
    }
    const QString url = addon->value(u"_url"_s).toString();
    const QJsonArray names = configNames(addonId, addon->value(u"app"_s)[u"id"_s].toString());
    QString attachment = names.isEmpty() ? addon->value(u"name"_s).toString() : names.first().toString().chopped(4);
    if (names.contains(QJsonValue(u"DATABASE_URL"_s)))
        attachment = u"DATABASE"_s;
    QJsonObject transfer{{u"uuid"_s, newId()}, {u"num"_s, number + 1}, {u"options"_s, QJsonObject{}}, {u"source_bytes"_s, QJsonValue::Null},
        {u"processed_bytes"_s, 0}, {u"succeeded"_s, QJsonValue::Null}, {u"warnings"_s, 0}, {u"created_at"_s, dataStamp()}, {u"started_at"_s, QJsonValue::Null},
        {u"canceled_at"_s, QJsonValue::Null}, {u"updated_at"_s, dataStamp()}, {u"finished_at"_s, QJsonValue::Null}, {u"deleted_at"_s, QJsonValue::Null},
        {u"purged_at"_s, QJsonValue::Null}, {u"num_keep"_s, 5}, {u"logs"_s, QJsonArray{}}, {u"_addon"_s, addonId},
        {u"_app"_s, addon->value(u"app"_s)[u"id"_s]}, {u"_kind"_s, kind}};
    const auto put = [&transfer](const QString& key, const QString& value) { transfer[key] = value; };
    if (kind == u"capture"_s) {
        put(u"from_type"_s, u"pg_dump"_s), put(u"from_name"_s, attachment), put(u"from_url"_s, url);
        put(u"to_type"_s, u"gof3r"_s), put(u"to_name"_s, u"BACKUP"_s);
        put(u"to_url"_s, u"https://transfers.example.test/%1"_s.arg(transfer[u"uuid"_s].toString()));
    } else if (kind == u"restore"_s) {
        if (!body[u"backup_url"_s].isString())
            return Answer::error(422, u"invalid_params"_s, u"Require params: backup_url."_s);
        put(u"from_type"_s, u"gof3r"_s), put(u"from_name"_s, u"BACKUP"_s), put(u"from_url"_s, body[u"backup_url"_s].toString());
        put(u"to_type"_s, u"pg_restore"_s), put(u"to_name"_s, attachment), put(u"to_url"_s, url);
    } else {
        if (!body[u"from_url"_s].isString() || !body[u"to_url"_s].isString())
            return Answer::error(422, u"invalid_params"_s, u"Require params: from_url, to_url."_s);
        put(u"from_type"_s, u"pg_dump"_s), put(u"from_name"_s, body[u"from_name"_s].toString()), put(u"from_url"_s, body[u"from_url"_s].toString());
        put(u"to_type"_s, u"pg_restore"_s), put(u"to_name"_s, body[u"to_name"_s].toString()), put(u"to_url"_s, body[u"to_url"_s].toString());
    }
    m_transfers.append(transfer);
    if (!m_holdTransfers)
        m_agenda.in(Seconds(2), u"transfer-begin"_s, {{u"uuid"_s, transfer[u"uuid"_s]}});
    return {201, transferShown(transfer, false), {}};
}

void Platform::transferLog(QJsonObject& transfer, const QString& message)
{
    QJsonArray logs = transfer[u"logs"_s].toArray();
    logs.append(QJsonObject{{u"created_at"_s, dataStamp()}, {u"level"_s, u"info"_s}, {u"message"_s, message}});
    transfer[u"logs"_s] = logs;
    transfer[u"updated_at"_s] = dataStamp();
}

void Platform::beginTransfer(const QString& uuid)
{
    for (QJsonObject& transfer : m_transfers) {
        if (transfer[u"uuid"_s].toString() != uuid || !transfer[u"canceled_at"_s].isNull())
            continue;
        transfer[u"started_at"_s] = dataStamp();
        const QString kind = transfer[u"_kind"_s].toString();
        transferLog(transfer, kind == u"restore"_s ? u"pg_restore: connecting to database for restore"_s : u"pg_dump: saving encoding = UTF8"_s);
        const QJsonObject* addon = findAddon(transfer[u"_addon"_s].toString());
        TransferJob job{uuid, kind, addon ? addon->value(u"app"_s)[u"name"_s].toString() : QString(), addon ? addon->value(u"name"_s).toString() : QString(),
            transfer[u"from_url"_s].toString(), kind == u"capture"_s ? QString() : transfer[u"to_url"_s].toString(), transfer[u"num"_s].toInt()};
        happened(u"backup"_s, {{u"app"_s, job.app}, {u"addon"_s, job.addon}, {u"uuid"_s, uuid}, {u"num"_s, job.number}, {u"kind"_s, kind}, {u"change"_s, u"begun"_s}});
        if (m_transferHook)
            m_transferHook(job);
        else
            finishTransfer(uuid, {}, 0, 0, u"no database stands behind this add-on"_s);
        return;
    }
}

void Platform::progressTransfer(const QString& uuid, qint64 processedBytes, const QString& logLine)
{
    for (QJsonObject& transfer : m_transfers) {
        if (transfer[u"uuid"_s].toString() != uuid)
            continue;
        transfer[u"processed_bytes"_s] = processedBytes;
        transfer[u"updated_at"_s] = dataStamp();
        if (!logLine.isEmpty())
            transferLog(transfer, logLine);
    }
}

void Platform::finishTransfer(const QString& uuid, const QString& file, qint64 sourceBytes, int warnings, const QString& failure)
{
    for (QJsonObject& transfer : m_transfers) {
        if (transfer[u"uuid"_s].toString() != uuid || !transfer[u"canceled_at"_s].isNull())
            continue;
        const QString app = transfer[u"_app"_s].toString();
        transfer[u"finished_at"_s] = dataStamp();
        transfer[u"succeeded"_s] = failure.isEmpty();
        transfer[u"warnings"_s] = warnings;
        if (sourceBytes > 0)
            transfer[u"source_bytes"_s] = sourceBytes;
        if (!file.isEmpty())
            transfer[u"_file"_s] = file;
        transferLog(transfer, failure.isEmpty() ? u"Transfer complete"_s : failure);
        happened(u"backup"_s, {{u"app"_s, find(app) ? find(app)->doc[u"name"_s] : QJsonValue()}, {u"uuid"_s, uuid}, {u"num"_s, transfer[u"num"_s]},
            {u"kind"_s, transfer[u"_kind"_s]}, {u"change"_s, failure.isEmpty() ? u"finished"_s : u"failed"_s}});
        return;
    }
}

Answer Platform::publicUrl(const QString& app, const QString& which, const QString& baseUrl)
{
    const QJsonObject* transfer = findTransfer(app, which);
    if (!transfer || !transfer->value(u"deleted_at"_s).isNull())
        return Answer::error(404, u"not_found"_s, u"Transfer not found."_s);
    if (transfer->value(u"_kind"_s).toString() != u"capture"_s || !transfer->value(u"succeeded"_s).toBool())
        return Answer::error(422, u"invalid_params"_s, u"The backup is not ready."_s);
    const QString uuid = transfer->value(u"uuid"_s).toString();
    const QString signature = newId().remove(u'-');
    const QString expires = isoUtc(now() + std::chrono::hours(1));
    m_signatures[signature] = QJsonObject{{u"uuid"_s, uuid}, {u"expires"_s, expires}};
    return {200, QJsonObject{{u"url"_s, u"%1/transfers.s3/%2?X-Amz-Expires=3600&X-Amz-Signature=%3"_s.arg(baseUrl, uuid, signature)},
        {u"expires_at"_s, expires}}, {}};
}

std::optional<QString> Platform::signedFile(const QString& uuid, const QString& signature) const
{
    const QJsonObject grant = m_signatures[signature].toObject();
    if (grant[u"uuid"_s].toString() != uuid || fromIsoUtc(grant[u"expires"_s].toString()) < now())
        return std::nullopt;
    for (const QJsonObject& transfer : m_transfers) {
        if (transfer[u"uuid"_s].toString() == uuid)
            return transfer[u"_file"_s].toString();
    }
    return std::nullopt;
}

Answer Platform::cancelTransfer(const QString& app, const QString& which)
{
    QJsonObject* transfer = findTransfer(app, which);
    if (!transfer)
        return Answer::error(404, u"not_found"_s, u"Transfer not found."_s);
    if (!transfer->value(u"finished_at"_s).isNull())
        return Answer::error(422, u"invalid_params"_s, u"The transfer has finished already."_s);
    (*transfer)[u"canceled_at"_s] = dataStamp();
    (*transfer)[u"finished_at"_s] = dataStamp();
    (*transfer)[u"succeeded"_s] = false;
    transferLog(*transfer, u"Transfer cancelled"_s);
    m_agenda.cancel(u"transfer-begin"_s, u"uuid"_s, transfer->value(u"uuid"_s).toString());
    happened(u"backup"_s, {{u"app"_s, find(app)->doc[u"name"_s]}, {u"uuid"_s, transfer->value(u"uuid"_s)}, {u"num"_s, transfer->value(u"num"_s)},
        {u"kind"_s, transfer->value(u"_kind"_s)}, {u"change"_s, u"cancelled"_s}});
    return {200, transferShown(*transfer, false), {}};
}

Answer Platform::deleteTransfer(const QString& app, const QString& which)
{
    QJsonObject* transfer = findTransfer(app, which);
    if (!transfer)
        return Answer::error(404, u"not_found"_s, u"Transfer not found."_s);
    (*transfer)[u"deleted_at"_s] = dataStamp();
    return {200, transferShown(*transfer, false), {}};
}

// ---- schedules, credentials -------------------------------------------------------------------------------------------

Answer Platform::listSchedules(const QString& addon) const
{
    const QJsonObject* found = findAddon(addon);
    if (!found)
        return unknownDatabase();
    QJsonArray all;
    for (const QJsonObject& schedule : m_schedules) {
        if (schedule[u"_addon"_s] == found->value(u"id"_s))
            all.append(shown(schedule));
    }
    return {200, all, {}};
}

Answer Platform::addSchedule(const QString& addon, const QJsonObject& body)
{
    const QJsonObject* found = findAddon(addon);
    if (!found)
        return unknownDatabase();
    const QJsonObject schedule{{u"uuid"_s, newId()}, {u"name"_s, body[u"schedule_name"_s].toString(u"DATABASE_URL"_s)},
        {u"days"_s, QJsonArray{u"Sun"_s, u"Mon"_s, u"Tue"_s, u"Wed"_s, u"Thu"_s, u"Fri"_s, u"Sat"_s}}, {u"hour"_s, body[u"hour"_s].toVariant().toInt()},
        {u"timezone"_s, body[u"timezone"_s].toString(u"UTC"_s)}, {u"retain_weeks"_s, 1}, {u"retain_months"_s, 0}, {u"created_at"_s, dataStamp()},
        {u"updated_at"_s, dataStamp()}, {u"deleted_at"_s, QJsonValue::Null}, {u"_addon"_s, found->value(u"id"_s)}};
    m_schedules.append(schedule);
    return {201, shown(schedule), {}};
}

Answer Platform::removeSchedule(const QString& addon, const QString& which)
{
    Q_UNUSED(addon);
    for (qsizetype i = 0; i < m_schedules.size(); ++i) {
        if (m_schedules.at(i)[u"uuid"_s].toString() == which)
            return {200, shown(m_schedules.takeAt(i)), {}};
    }
    return Answer::error(404, u"not_found"_s, u"Schedule not found."_s);
}

Answer Platform::credentials(const QString& addon, const QString& name) const
{
    const QJsonObject* found = findAddon(addon);
    if (!found)
        return unknownDatabase();
    const QUrl url(found->value(u"_url"_s).toString());
    const QJsonObject credential{{u"uuid"_s, found->value(u"id"_s)}, {u"name"_s, u"default"_s}, {u"state"_s, u"active"_s},
        {u"database"_s, url.path().mid(1)}, {u"host"_s, url.host()}, {u"port"_s, url.port(5432)},
        {u"credentials"_s, QJsonArray{QJsonObject{{u"user"_s, url.userName()}, {u"password"_s, url.password()}, {u"state"_s, u"active"_s}}}}};
    if (name.isEmpty())
        return {200, QJsonArray{credential}, {}};
    if (name == u"default"_s)
        return {200, credential, {}};
    return Answer::error(404, u"not_found"_s, u"Credential not found."_s);
}

} // namespace switchyard::heroku
