#include "tests/endtoend/Servers.h"

#include "tests/endtoend/Program.h"

#include <QElapsedTimer>
#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUdpSocket>

#include <libpq-fe.h>

#include <algorithm>
#include <memory>

namespace switchyard::endtoend {

namespace {
QByteArray labels(const QString& host)
{
    QByteArray out;
    for (const QString& label : host.split(u'.')) {
        out += static_cast<char>(label.size());
        out += label.toLatin1();
    }
    return out + '\0';
}

/// Skips a name, also one that ends in a pointer.
qsizetype afterName(const QByteArray& packet, qsizetype at)
{
    while (at < packet.size()) {
        const auto length = static_cast<unsigned char>(packet[at]);
        if (length == 0)
            return at + 1;
        if (length >= 0xC0)
            return at + 2;
        at += 1 + length;
    }
    return at;
}

int word(const QByteArray& packet, qsizetype at) { return at + 1 < packet.size() ? (static_cast<unsigned char>(packet[at]) << 8) | static_cast<unsigned char>(packet[at + 1]) : 0; }
} // namespace

Outside::Outside(const QString& directory)
    : m_world(directory + QStringLiteral("/world")), m_state(readJson(m_world + QStringLiteral("/state.json"))), m_door(readJson(m_world + QStringLiteral("/door.json")))
{
}

std::vector<QList<QByteArray>> Outside::sql(const QString& side, const QByteArray& query) const
{
    const bool source = side == u"source";
    const auto text = [&](const char* key) { return m_state[QLatin1String(key)].toString().toUtf8(); };
    const QByteArray where = "host=127.0.0.1 port=" + QByteArray::number(m_state[QStringLiteral("ports")].toObject()[side].toInt()) + " dbname="
                             + (source ? 'd' + text("sourceDatabase") : QByteArray("projectify")) + " user=" + (source ? 'u' + text("sourceRole") : QByteArray("projectify_user"))
                             + " password=" + (source ? 'p' + text("sourcePassword") : text("targetPassword"));
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(where.constData()), &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), query.constData()), &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
        return {QList<QByteArray>{"ERROR", PQerrorMessage(connection.get())}};
    std::vector<QList<QByteArray>> rows;
    for (int r = 0; r < PQntuples(result.get()); ++r) {
        QList<QByteArray> row;
        for (int c = 0; c < PQnfields(result.get()); ++c)
            row << QByteArray(PQgetvalue(result.get(), r, c), PQgetlength(result.get(), r, c));
        rows.push_back(row);
    }
    return rows;
}

QByteArray Outside::one(const QString& side, const QByteArray& query) const
{
    const auto rows = sql(side, query);
    return rows.empty() || rows.front().isEmpty() ? QByteArray() : rows.front().join(' ');
}

QStringList Outside::tables(const QString& side) const
{
    QStringList out;
    for (const auto& row : sql(side, "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname = 'public' ORDER BY 1"))
        out << QString::fromUtf8(row.front());
    return out;
}

std::map<QString, QByteArray> Outside::content(const QString& side) const
{
    std::map<QString, QByteArray> out;
    for (const QString& table : tables(side)) {
        // Whole rows as text, in an order that doesn't depend on where a row lies.
        out[table] = one(side, "SELECT count(*), md5(coalesce(string_agg(r, E'\\n' ORDER BY r COLLATE \"C\"), '')) FROM (SELECT t::text AS r FROM public." + table.toUtf8() + " t) x");
    }
    return out;
}

QStringList Outside::sequencesBehind(const QString& side) const
{
    QStringList out;
    const auto owned = sql(side, "SELECT s.oid::regclass::text, t.oid::regclass::text, a.attname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass "
                                 "AND d.deptype IN ('a','i') JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid WHERE s.relkind = 'S'");
    if (owned.empty())
        out << QStringLiteral("no sequences found");
    for (const auto& row : owned) {
        if (row.front() == "ERROR")
            return {QString::fromUtf8(row.join(' '))};
        const QByteArray both = one(side, "SELECT s.last_value + (CASE WHEN s.is_called THEN 1 ELSE 0 END) > coalesce((SELECT max(" + row[2] + ") FROM " + row[1] + "), 0), s.last_value FROM " + row[0] + " s");
        if (!both.startsWith("t "))
            out << QString::fromUtf8(row[0] + ": " + both);
    }
    return out;
}

qint64 Outside::writesCounted(const QString& side) const
{
    return one(side, "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE schemaname = 'public'").toLongLong();
}

QStringList Outside::resolve(const QString& resolver, const QString& host) const
{
    const int port = m_door[QStringLiteral("dial")].toObject()[QStringLiteral("map")].toObject()[resolver + QStringLiteral(":53")].toInt();
    QUdpSocket socket;
    const QByteArray question = QByteArray::fromHex("4d2a 0100 0001 0000 0000 0000") + labels(host) + QByteArray::fromHex("0001 0001");
    socket.writeDatagram(question, QHostAddress(QHostAddress::LocalHost), static_cast<quint16>(port));
    if (port == 0 || !socket.waitForReadyRead(3000))
        return {QStringLiteral("no answer")};
    QByteArray packet(4096, '\0');
    packet.resize(socket.readDatagram(packet.data(), packet.size()));
    QStringList out;
    qsizetype at = afterName(packet, 12) + 4;
    for (int i = 0; i < word(packet, 6) && at < packet.size(); ++i) {
        at = afterName(packet, at);
        const int type = word(packet, at), length = word(packet, at + 8);
        if (type == 1 && length == 4) {
            QStringList bytes;
            for (int b = 0; b < 4; ++b)
                bytes << QString::number(static_cast<unsigned char>(packet[at + 10 + b]));
            out << bytes.join(u'.');
        }
        at += 10 + length;
    }
    out.sort();
    return out;
}

std::vector<Outside::Resolver> Outside::resolvers() const
{
    std::vector<Resolver> out;
    for (const QJsonValue& value : m_door[QStringLiteral("resolvers")].toArray())
        out.push_back({value[QStringLiteral("name")].toString(), value[QStringLiteral("address")].toString(), value[QStringLiteral("authoritative")].toBool()});
    return out;
}

QList<QByteArray> Outside::secrets() const
{
    QList<QByteArray> out;
    const QJsonObject tokens = m_state[QStringLiteral("tokens")].toObject();
    for (const QJsonValue& token : tokens)
        out << token.toString().toUtf8();
    for (const QString& key : m_state.keys()) {
        static const QStringList words{QStringLiteral("Password"), QStringLiteral("Admin"), QStringLiteral("Token"), QStringLiteral("Redis")};
        if (std::any_of(words.begin(), words.end(), [&](const QString& w) { return key.endsWith(w); }))
            out << m_state[key].toString().toUtf8();
    }
    // Secrets among the settings that are copied.
    static const QRegularExpression setting(QStringLiteral("\"\\w*(?:SECRET_KEY|PASSWORD|_SECRET|AUTH_TOKEN)\"\\s*:\\s*\"([^\"]{12,})\"|cloudinary://\\w+:(\\w+)@"));
    for (const char* provider : {"heroku", "netlify", "render"}) {
        const QString state = QString::fromUtf8(readFile(m_world + u'/' + QLatin1String(provider) + QStringLiteral("/state.json")));
        for (auto it = setting.globalMatch(state); it.hasNext();) {
            const auto found = it.next();
            out << (found.captured(1) + found.captured(2)).toUtf8();
        }
    }
    out.removeIf([](const QByteArray& s) { return s.size() < 8; });
    return out;
}

QStringList Outside::effects() const
{
    QStringList out;
    for (const char* provider : {"heroku", "netlify", "render", "cloudflare"}) {
        for (const QByteArray& line : readFile(m_world + u'/' + QLatin1String(provider) + QStringLiteral("/requests.jsonl")).split('\n')) {
            const QJsonObject o = QJsonDocument::fromJson(line).object();
            const QString method = o[QStringLiteral("method")].toString();
            if (method.isEmpty() || method == u"GET" || method == u"HEAD" || method == u"OPTIONS")
                continue;
            // A log session is opened to read.
            if (o[QStringLiteral("route")].toString().contains(QLatin1String("log-session")))
                continue;
            out << QStringLiteral("%1 %2 %3 %4").arg(QLatin1String(provider), method, o[QStringLiteral("route")].toString()).arg(o[QStringLiteral("status")].toInt());
        }
    }
    return out;
}

} // namespace switchyard::endtoend
