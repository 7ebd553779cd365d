#include "providers/cloudflare/simulator/Records.h"

#include "providers/simulator/Simulator.h"

#include <QHostAddress>

#include <algorithm>

namespace switchyard::cloudflare {

namespace {

QString text(const QJsonObject& object, const char* key)
{
    return object.value(QLatin1String(key)).toString();
}

bool isType(const QJsonObject& record, std::initializer_list<const char*> types)
{
    const QString type = text(record, "type");
    return std::any_of(types.begin(), types.end(), [&](const char* name) { return type == QLatin1String(name); });
}

ApiError invalid(int chainCode, const QString& why)
{
    return {400, 1004, QStringLiteral("DNS Validation Error"), chainCode, why};
}

QString withoutDot(QString name)
{
    if (name.size() > 1 && name.endsWith(u'.'))
        name.chop(1);
    return name;
}

QString withDot(const QString& name)
{
    return name.endsWith(u'.') ? name : name + u'.';
}

/// TXT content as plain text: quoted strings are unescaped and joined, unquoted text is taken as it is.
QString plainTxt(const QString& content)
{
    const QString trimmed = content.trimmed();
    if (!trimmed.startsWith(u'"') || !trimmed.endsWith(u'"') || trimmed.size() < 2)
        return content;
    QString plain;
    bool inside = false;
    for (qsizetype i = 0; i < trimmed.size(); ++i) {
        const QChar c = trimmed.at(i);
        if (c == u'\\' && inside && i + 1 < trimmed.size())
            plain += trimmed.at(++i);
        else if (c == u'"')
            inside = !inside;
        else if (inside)
            plain += c;
    }
    return plain;
}

/// Types whose `content` is read-only text made of `data`.
bool hasData(const QJsonObject& record)
{
    return isType(record, {"CAA", "SRV", "HTTPS", "SVCB", "TLSA", "SSHFP", "NAPTR", "LOC", "DS", "DNSKEY", "CERT", "SMIMEA", "URI"});
}

QString contentOf(const QString& type, const QJsonObject& data)
{
    const auto number = [&](const char* key) { return QString::number(data.value(QLatin1String(key)).toInt()); };
    if (type == QLatin1String("CAA"))
        return number("flags") + u' ' + text(data, "tag") + QStringLiteral(" \"") + text(data, "value") + u'"';
    if (type == QLatin1String("SRV"))
        return number("weight") + u' ' + number("port") + u' ' + withoutDot(text(data, "target"));
    QStringList fields;
    for (const QJsonValue& value : data)
        fields.append(value.isDouble() ? QString::number(value.toInt()) : value.toString());
    return fields.join(u' ');
}

} // namespace

QJsonObject ApiError::json() const
{
    QJsonObject object{{QStringLiteral("code"), code}, {QStringLiteral("message"), message}};
    if (chainCode != 0) {
        object.insert(QStringLiteral("error_chain"),
                      QJsonArray{QJsonObject{{QStringLiteral("code"), chainCode}, {QStringLiteral("message"), chainMessage}}});
    }
    return object;
}

const QJsonObject* Records::find(const QString& id) const
{
    const auto found = std::find_if(m_records.begin(), m_records.end(), [&](const QJsonObject& record) { return text(record, "id") == id; });
    return found == m_records.end() ? nullptr : &*found;
}

std::vector<QJsonObject>::iterator Records::position(const QString& id)
{
    return std::find_if(m_records.begin(), m_records.end(), [&](const QJsonObject& record) { return text(record, "id") == id; });
}

QString Records::fullName(const QString& name) const
{
    const QString lower = withoutDot(name.trimmed().toLower());
    if (lower.isEmpty() || lower == QLatin1String("@") || lower == m_zone)
        return m_zone;
    return lower.endsWith(u'.' + m_zone) ? lower : lower + u'.' + m_zone;
}

std::optional<ApiError> Records::normalise(QJsonObject& record) const
{
    const QString type = text(record, "type");
    static const QStringList known{QStringLiteral("A"), QStringLiteral("AAAA"), QStringLiteral("CNAME"), QStringLiteral("MX"),
        QStringLiteral("TXT"), QStringLiteral("NS"), QStringLiteral("PTR")};
    if (type.isEmpty() || (!known.contains(type) && !hasData(record)))
        return invalid(9001, QStringLiteral("DNS record type is invalid."));
    if (text(record, "name").isEmpty())
        return invalid(9000, QStringLiteral("DNS name is invalid."));
    record.insert(QStringLiteral("name"), fullName(text(record, "name")));

    QString content = text(record, "content");
    if (hasData(record)) {
        const QJsonObject data = record.value(QLatin1String("data")).toObject();
        if (data.isEmpty())
            return invalid(9101, QStringLiteral("data is a required field for this record type."));
        if (type == QLatin1String("SRV"))
            record.insert(QStringLiteral("priority"), data.value(QLatin1String("priority")).toInt());
        content = contentOf(type, data);
    }
    const QHostAddress address(content);
    if (type == QLatin1String("A") && (address.isNull() || address.protocol() != QAbstractSocket::IPv4Protocol || content.count(u'.') != 3))
        return invalid(9005, QStringLiteral("Content for A record must be a valid IPv4 address."));
    if (type == QLatin1String("AAAA") && (address.isNull() || address.protocol() != QAbstractSocket::IPv6Protocol))
        return invalid(9006, QStringLiteral("Content for AAAA record must be a valid IPv6 address."));
    if (content.isEmpty())
        return invalid(9007, QStringLiteral("Content for %1 record is invalid.").arg(type));
    if (isType(record, {"CNAME", "MX", "NS", "PTR"}))
        content = withoutDot(content.toLower());
    if (type == QLatin1String("CNAME") && content == text(record, "name"))
        return ApiError{400, 9039, QStringLiteral("CNAME content cannot reference itself."), 0, {}};
    record.insert(QStringLiteral("content"), content);
    if (type == QLatin1String("MX") && !record.value(QLatin1String("priority")).isDouble())
        record.insert(QStringLiteral("priority"), 0);

    const bool proxiable = isType(record, {"A", "AAAA", "CNAME"});
    const bool proxied = record.value(QLatin1String("proxied")).toBool();
    if (proxied && !proxiable)
        return invalid(9004, QStringLiteral("This record type cannot be proxied."));
    record.insert(QStringLiteral("proxiable"), proxiable);
    record.insert(QStringLiteral("proxied"), proxied);
    const QJsonValue ttl = record.value(QLatin1String("ttl"));
    const int seconds = ttl.isUndefined() ? 1 : ttl.toInt(-1);
    if (seconds != 1 && (seconds < 60 || seconds > 86400))
        return invalid(9021, QStringLiteral("TTL must be between 60 and 86400 seconds, or 1 for Automatic."));
    record.insert(QStringLiteral("ttl"), proxied ? 1 : seconds); // a proxied record is always automatic
    for (const char* key : {"comment", "tags", "settings", "meta"}) {
        if (!record.value(QLatin1String(key)).isUndefined())
            continue;
        const QLatin1String name(key);
        record.insert(name, name == QLatin1String("tags") ? QJsonValue(QJsonArray()) : name == QLatin1String("comment")
                              ? QJsonValue(QJsonValue::Null) : QJsonValue(QJsonObject()));
    }
    return std::nullopt;
}

std::optional<ApiError> Records::conflict(const QJsonObject& record) const
{
    const QString name = text(record, "name");
    const bool isCname = isType(record, {"CNAME"});
    const bool isAddress = isType(record, {"A", "AAAA"});
    for (const QJsonObject& other : m_records) {
        if (text(other, "name") != name || text(other, "id") == text(record, "id"))
            continue;
        const bool same = text(other, "type") == text(record, "type");
        if (same && text(other, "content") == text(record, "content")
            && other.value(QLatin1String("priority")) == record.value(QLatin1String("priority")))
            return ApiError{400, 81058, QStringLiteral("An identical record already exists."), 0, {}};
        // The apex may hold a CNAME beside mail and text records because it is flattened; addresses collide there too.
        const bool strict = name != m_zone;
        if (isCname && (strict || isType(other, {"A", "AAAA", "CNAME"})))
            return ApiError{400, 81053, QStringLiteral("An A, AAAA, or CNAME record with that host already exists."), 0, {}};
        if (!isCname && isType(other, {"CNAME"}) && (strict || isAddress))
            return ApiError{400, 81054, QStringLiteral("A CNAME record with that host already exists."), 0, {}};
    }
    return std::nullopt;
}

Records::Outcome Records::create(const QJsonObject& body, const QString& now)
{
    QJsonObject record = body;
    record.insert(QStringLiteral("id"), simulator::randomHexId());
    if (auto error = normalise(record))
        return *error;
    if (auto error = conflict(record))
        return *error;
    record.insert(QStringLiteral("created_on"), now);
    record.insert(QStringLiteral("modified_on"), now);
    m_records.push_back(record);
    return record;
}

Records::Outcome Records::replace(const QString& id, QJsonObject record, const QString& now)
{
    const auto at = position(id);
    if (at->value(QLatin1String("meta")).toObject().value(QLatin1String("read_only")).toBool())
        return ApiError{400, 1043, QStringLiteral("This record is managed by another service and cannot be changed."), 0, {}};
    record.insert(QStringLiteral("id"), id);
    if (auto error = normalise(record))
        return *error;
    if (auto error = conflict(record))
        return *error;
    record.insert(QStringLiteral("created_on"), at->value(QLatin1String("created_on")));
    record.insert(QStringLiteral("modified_on"), now);
    *at = record;
    return record;
}

namespace {
const ApiError noSuchRecord{404, 81044, QStringLiteral("Record does not exist."), 0, {}};
}

Records::Outcome Records::patch(const QString& id, const QJsonObject& body, const QString& now)
{
    const QJsonObject* old = find(id);
    if (!old)
        return noSuchRecord;
    QJsonObject record = *old;
    for (auto it = body.begin(); it != body.end(); ++it)
        record.insert(it.key(), it.value());
    return replace(id, record, now);
}

Records::Outcome Records::put(const QString& id, const QJsonObject& body, const QString& now)
{
    if (!find(id))
        return noSuchRecord;
    return replace(id, body, now);
}

Records::Outcome Records::remove(const QString& id)
{
    const auto at = position(id);
    if (at == m_records.end())
        return noSuchRecord;
    if (at->value(QLatin1String("meta")).toObject().value(QLatin1String("read_only")).toBool())
        return ApiError{400, 1043, QStringLiteral("This record is managed by another service and cannot be changed."), 0, {}};
    const QJsonObject record = *at;
    m_records.erase(at);
    return record;
}

QJsonArray Records::save() const
{
    QJsonArray list;
    for (const QJsonObject& record : m_records)
        list.append(record);
    return list;
}

void Records::restore(const QJsonArray& records)
{
    m_records.clear();
    for (const QJsonValue& value : records)
        m_records.push_back(value.toObject());
}

QList<simulator::ResourceRecord> Records::published(const QStringList& edgeAddresses) const
{
    QList<simulator::ResourceRecord> list;
    for (const QJsonObject& record : m_records) {
        const QString name = withDot(text(record, "name"));
        const QString type = text(record, "type");
        const QString content = text(record, "content");
        const int ttl = record.value(QLatin1String("ttl")).toInt();
        const quint32 seconds = ttl == 1 ? 300 : quint32(ttl);
        const QString priority = QString::number(record.value(QLatin1String("priority")).toInt());
        if (record.value(QLatin1String("proxied")).toBool()) {
            for (const QString& address : edgeAddresses) {
                const simulator::ResourceRecord edge{name, address.contains(u':') ? QStringLiteral("AAAA") : QStringLiteral("A"), 300, address};
                if (!list.contains(edge)) // two proxied origins at one name
                    list.append(edge);
            }
        } else if (type == QLatin1String("CNAME") || type == QLatin1String("NS") || type == QLatin1String("PTR")) {
            list.append({name, type, seconds, withDot(content)});
        } else if (type == QLatin1String("MX")) {
            list.append({name, type, seconds, priority + u' ' + withDot(content)});
        } else if (type == QLatin1String("SRV")) {
            list.append({name, type, seconds, priority + u' ' + withDot(content)});
        } else if (type == QLatin1String("TXT")) {
            list.append({name, type, seconds, plainTxt(content)});
        } else {
            list.append({name, type, seconds, content});
        }
    }
    return list;
}

} // namespace switchyard::cloudflare
