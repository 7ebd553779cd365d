#include "providers/simulator/CachingResolver.h"

#include "providers/simulator/DnsWire.h"

#include <QHash>
#include <QNetworkDatagram>
#include <QPointer>
#include <QRandomGenerator>
#include <QTimer>
#include <QUdpSocket>

#include <algorithm>
#include <optional>

namespace switchyard::simulator {

namespace {

constexpr int longestCnameChain = 8;
constexpr int upstreamTimeoutMs = 1000; // real time: the upstream is a real server
constexpr int upstreamTries = 3;

using Done = std::function<void(DnsReply)>;

} // namespace

/// What is known about one name and type: a record set, a CNAME instead of it, or its absence.
struct CacheEntry {
    DnsRcode rcode = DnsRcode::NoError;
    QList<ResourceRecord> records;
    QList<ResourceRecord> authority;
    TimePoint expires{};
    bool once = false; ///< TTL 0: good for the question that brought it, not for the next
};

struct CachingResolver::Private {
    struct Pending {
        quint16 id = 0;
        QString key;
        QString name;
        QString type;
        quint16 port = 0;
        int tries = 0;
        std::vector<std::function<void(bool)>> waiting;
    };

    Clock* clock = nullptr;
    DnsServer server;
    quint16 upstream = 0;
    QList<std::pair<QString, quint16>> others;
    QUdpSocket socket;
    QHash<QString, CacheEntry> cache;
    QHash<QString, std::shared_ptr<Pending>> pending; ///< by key: questions under way are asked once
    Seconds minimum{0};
    bool servFail = false;
    bool silent = false;
    qint64 asked = 0;
    QObject context;

    static QString keyOf(const QString& name, const QString& type) { return name + u' ' + type; }
    [[nodiscard]] quint16 portFor(const QString& name) const;
    [[nodiscard]] std::optional<CacheEntry> fresh(const QString& key);
    void store(const QString& key, CacheEntry entry, quint32 ttl);
    void learn(const Pending& question, const DnsReply& reply);
    void follow(const QString& name, const QString& type, DnsReply sofar, int hops, const Done& done);
    void ask(const QString& name, const QString& type, std::function<void(bool)> done);
    void send(const std::shared_ptr<Pending>& question);
    void settle(const std::shared_ptr<Pending>& question, bool answered);
    void readAnswers();
};

quint16 CachingResolver::Private::portFor(const QString& name) const
{
    for (const auto& [suffix, port] : others) {
        if (name == suffix || name.endsWith(u'.' + suffix))
            return port;
    }
    return upstream;
}

std::optional<CacheEntry> CachingResolver::Private::fresh(const QString& key)
{
    const auto found = cache.constFind(key);
    if (found == cache.constEnd())
        return std::nullopt;
    if (found->expires <= clock->now()) {
        cache.erase(found);
        return std::nullopt;
    }
    CacheEntry entry = *found;
    if (entry.once) {
        cache.erase(found);
        entry.expires = clock->now();
    }
    return entry;
}

void CachingResolver::Private::store(const QString& key, CacheEntry entry, quint32 ttl)
{
    const Seconds lifetime = std::max(Seconds(ttl), minimum);
    entry.once = lifetime.count() == 0;
    entry.expires = clock->now() + (entry.once ? Seconds(1) : lifetime);
    cache.insert(key, std::move(entry));
}

/// Cuts an answer into its record sets: each link of a CNAME chain lives as long as its own TTL.
void CachingResolver::Private::learn(const Pending& question, const DnsReply& reply)
{
    QHash<QString, CacheEntry> sets;
    for (const ResourceRecord& record : reply.answers)
        sets[keyOf(record.name, record.type)].records.append(record);
    for (auto it = sets.begin(); it != sets.end(); ++it) {
        quint32 ttl = it->records.first().ttl;
        for (const ResourceRecord& record : std::as_const(it->records))
            ttl = std::min(ttl, record.ttl);
        store(it.key(), *it, ttl);
    }
    QString last = question.name;
    int hop = 0;
    for (; hop < longestCnameChain && !sets.contains(keyOf(last, question.type)); ++hop) {
        const auto link = sets.constFind(keyOf(last, QStringLiteral("CNAME")));
        if (link == sets.constEnd())
            break;
        last = absoluteName(link->records.first().data);
    }
    const bool negative = !sets.contains(keyOf(last, question.type))
        && (reply.rcode == DnsRcode::NxDomain || reply.rcode == DnsRcode::NoError)
        && (hop == 0 || (hop < longestCnameChain && !reply.authority.isEmpty())); // else the chain goes on elsewhere, or in a circle
    if (!negative)
        return;
    const auto soa = std::find_if(reply.authority.begin(), reply.authority.end(),
                                  [](const ResourceRecord& record) { return record.type == QLatin1String("SOA"); });
    CacheEntry absent;
    absent.rcode = reply.rcode;
    quint32 ttl = 0;
    if (soa != reply.authority.end()) { // RFC 2308 section 5: the smaller of the SOA's own TTL and its last field
        ttl = std::min(soa->ttl, soa->data.section(u' ', -1).toUInt());
        absent.authority = {*soa};
    }
    store(keyOf(last, question.type), absent, ttl);
}

void CachingResolver::Private::follow(const QString& name, const QString& type, DnsReply sofar, int hops, const Done& done)
{
    const auto append = [this](const CacheEntry& entry, const QList<ResourceRecord>& from, QList<ResourceRecord>& to) {
        const Milliseconds left = entry.expires - clock->now();
        for (ResourceRecord record : from) {
            record.ttl = quint32((left.count() + 999) / 1000);
            to.append(record);
        }
    };
    QString at = name;
    for (; hops <= longestCnameChain; ++hops) {
        if (const std::optional<CacheEntry> entry = fresh(keyOf(at, type))) {
            append(*entry, entry->records, sofar.answers);
            append(*entry, entry->authority, sofar.authority);
            sofar.rcode = entry->rcode;
            done(std::move(sofar));
            return;
        }
        const std::optional<CacheEntry> alias = fresh(keyOf(at, QStringLiteral("CNAME")));
        if (!alias || alias->records.isEmpty()) {
            ask(at, type, [this, at, type, sofar, hops, done](bool answered) mutable {
                const bool usable = answered && (cache.contains(keyOf(at, type)) || cache.contains(keyOf(at, QStringLiteral("CNAME"))));
                if (usable) {
                    follow(at, type, std::move(sofar), hops, done);
                    return;
                }
                sofar.rcode = DnsRcode::ServFail;
                sofar.answers.clear();
                done(std::move(sofar));
            });
            return;
        }
        append(*alias, alias->records, sofar.answers);
        at = absoluteName(alias->records.first().data);
    }
    sofar.rcode = DnsRcode::ServFail;
    sofar.answers.clear();
    done(std::move(sofar));
}

void CachingResolver::Private::ask(const QString& name, const QString& type, std::function<void(bool)> done)
{
    const QString key = keyOf(name, type);
    std::shared_ptr<Pending>& question = pending[key];
    const bool isNew = !question;
    if (isNew) {
        question = std::make_shared<Pending>();
        question->key = key;
        question->name = name;
        question->type = type;
        question->port = portFor(name);
    }
    question->waiting.push_back(std::move(done));
    if (isNew)
        send(question);
}

void CachingResolver::Private::send(const std::shared_ptr<Pending>& question)
{
    ++asked;
    ++question->tries;
    question->id = quint16(QRandomGenerator::global()->bounded(65536));
    socket.writeDatagram(buildQuery(question->id, question->name, question->type, false), QHostAddress::LocalHost, question->port);
    QTimer::singleShot(upstreamTimeoutMs, &context, [this, question, attempt = question->tries] {
        if (pending.value(question->key) != question || question->tries != attempt)
            return;
        if (question->tries < upstreamTries)
            send(question);
        else
            settle(question, false);
    });
}

void CachingResolver::Private::settle(const std::shared_ptr<Pending>& question, bool answered)
{
    pending.remove(question->key);
    const auto waiting = std::exchange(question->waiting, {});
    for (const auto& resume : waiting)
        resume(answered);
}

void CachingResolver::Private::readAnswers()
{
    while (socket.hasPendingDatagrams()) {
        const QNetworkDatagram datagram = socket.receiveDatagram();
        const QList<std::shared_ptr<Pending>> open = pending.values();
        for (const std::shared_ptr<Pending>& question : open) {
            if (datagram.senderPort() != question->port)
                continue;
            const std::optional<DnsReply> reply = parseReply(datagram.data(), question->id);
            if (!reply)
                continue;
            learn(*question, *reply);
            settle(question, reply->rcode == DnsRcode::NoError || reply->rcode == DnsRcode::NxDomain);
            break;
        }
    }
}

CachingResolver::CachingResolver(Clock* clock, quint16 upstreamPort, QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->clock = clock;
    d->upstream = upstreamPort;
    d->socket.bind(QHostAddress::LocalHost, 0);
    connect(&d->socket, &QUdpSocket::readyRead, &d->context, [this] { d->readAnswers(); });
    d->server.setAsyncHandler([this](const DnsQuestion& question, const Done& done) { resolve(question.name, question.type, done); });
}

CachingResolver::~CachingResolver() = default;

void CachingResolver::addUpstream(const QString& suffix, quint16 port)
{
    d->others.append({absoluteName(suffix), port});
}

bool CachingResolver::listen(quint16 port)
{
    return d->server.listen(port);
}

quint16 CachingResolver::port() const
{
    return d->server.port();
}

void CachingResolver::ignoreTtl(Seconds minimum)
{
    d->minimum = minimum;
}

void CachingResolver::setServFail(bool on)
{
    d->servFail = on;
}

void CachingResolver::setSilent(bool on)
{
    d->silent = on;
}

void CachingResolver::flush()
{
    d->cache.clear();
}

qint64 CachingResolver::upstreamQueries() const
{
    return d->asked;
}

void CachingResolver::resolve(const QString& name, const QString& type, std::function<void(DnsReply)> done)
{
    DnsReply reply;
    reply.ra = true;
    if (d->silent) {
        reply.drop = true;
        done(reply);
        return;
    }
    if (d->servFail) {
        reply.rcode = DnsRcode::ServFail;
        done(reply);
        return;
    }
    d->follow(absoluteName(name), type, reply, 0, done);
}

} // namespace switchyard::simulator
