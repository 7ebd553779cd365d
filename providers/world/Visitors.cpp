#include "providers/world/Visitors.h"

#include "app/base/Awaiters.h"
#include "providers/world/Picture.h"
#include "providers/world/VisitorExchange.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QUuid>

namespace switchyard::world {

namespace {
QString newUuidText() { return QUuid::createUuid().toString(QUuid::WithoutBraces); }
int chance(int below) { return static_cast<int>(QRandomGenerator::global()->bounded(below)); }
} // namespace

QByteArray VisitorAnswer::header(const QByteArray& name) const
{
    for (const auto& [key, value] : headers)
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    return {};
}

QString VisitorAnswer::side() const
{
    if (!header("rndr-id").isEmpty())
        return QStringLiteral("target");
    if (header("via").contains("vegur") || header("server") == "Netlify")
        return QStringLiteral("source");
    return {};
}

struct Visitors::Visitor {
    int number = 0;
    QString email;
    QString password = QStringLiteral("correct horse battery");
    bool signedUp = false;
    bool confirmed = false;
    bool loggedIn = false;
    QString origin;
    QByteArray csrf;
    QByteArray session;
    QString workspace;
    QStringList tasks;
    int acts = 0;
};

Visitors::Visitors(VisitorPaths paths, QByteArray trustedRoots) : m_paths(std::move(paths)), m_tls(QSslConfiguration::defaultConfiguration())
{
    m_tls.setCaCertificates(QSslCertificate::fromData(trustedRoots));
    m_tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
}
Visitors::~Visitors() { m_running.clear(); }

void Visitors::setCount(int count, const QString& generation)
{
    m_count = count;
    while (static_cast<int>(m_running.size()) > count)
        m_running.pop_back();
    while (static_cast<int>(m_running.size()) < count) {
        auto visitor = std::make_shared<Visitor>();
        visitor->number = static_cast<int>(m_running.size());
        visitor->email = QStringLiteral("visitor%1.%2@visitors.test").arg(visitor->number + 1).arg(generation);
        visitor->origin = QStringLiteral("https://") + m_paths.frontHosts.value(visitor->number % qMax<qsizetype>(1, m_paths.frontHosts.size()));
        auto scope = std::make_unique<StopScope>();
        scope->spawn(QStringLiteral("visitor"), live(visitor, scope->token()));
        m_running.push_back(std::move(scope));
    }
}

void Visitors::count(const VisitorAnswer& answer)
{
    const QString side = answer.side();
    const bool held = answer.status == 503 || answer.body.contains("switchyard-maintenance");
    const int kind = answer.status == 0 || answer.status >= 500 ? (held ? 2 : 3) : held ? 2 : side == u"target" ? 1 : 0;
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    m_recent.push_back({now, kind});
    while (!m_recent.empty() && m_recent.front().wallMs < now - 60'000)
        m_recent.pop_front();
    ++m_requests;
    m_errors += kind >= 2 || answer.status >= 400 ? 1 : 0;
    if (!side.isEmpty())
        ++m_bySide[side];
}

QJsonObject Visitors::figures() const
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    int kinds[4] = {0, 0, 0, 0};
    qint64 first = now;
    for (const Sample& sample : m_recent) {
        if (sample.wallMs < now - 60'000)
            continue;
        first = qMin(first, sample.wallMs);
        ++kinds[sample.kind];
    }
    const double minutes = qBound(5.0, static_cast<double>(now - first) / 1000.0, 60.0) / 60.0;
    const auto rate = [minutes](int n) { return qRound(n / minutes); };
    const auto total = [this](const char* side) { const auto at = m_bySide.find(QLatin1String(side)); return at == m_bySide.end() ? qint64(0) : at->second; };
    return {{QStringLiteral("visitors"), m_count},
            {QStringLiteral("perMinute"), rate(kinds[0] + kinds[1] + kinds[2] + kinds[3])},
            {QStringLiteral("source"), rate(kinds[0])},
            {QStringLiteral("target"), rate(kinds[1])},
            {QStringLiteral("held"), rate(kinds[2])},
            {QStringLiteral("failed"), rate(kinds[3])},
            {QStringLiteral("requests"), m_requests},
            {QStringLiteral("requestsSource"), total("source")},
            {QStringLiteral("requestsTarget"), total("target")},
            {QStringLiteral("errors"), m_errors}};
}

Task<> Visitors::live(std::shared_ptr<Visitor> visitor, std::stop_token stop)
{
    // Not all at once.
    SY_CO_CHECK(co_await sleepReal(Milliseconds(250 * visitor->number), stop));
    while (!stop.stop_requested()) {
        auto done = co_await act(visitor, stop);
        SY_CO_ALIVE(stop);
        (void)done;
        const Milliseconds pause(visitor->loggedIn ? 1'600 + chance(900) : 500 + chance(300));
        SY_CO_CHECK(co_await sleepReal(pause, stop));
    }
    co_return Ok{};
}

Task<VisitorAnswer> Visitors::ask(std::shared_ptr<Visitor> visitor, QByteArray method, QString host, QString path, QJsonObject body, QByteArray raw,
                                  std::stop_token stop)
{
    VisitorAnswer answer;
    auto exchange = std::make_shared<VisitorExchange>(m_tls);
    std::weak_ptr<VisitorExchange> weak = exchange;
    const QByteArray content = raw.isEmpty() && method != "GET" ? QJsonDocument(body).toJson(QJsonDocument::Compact) : raw;
    QByteArray head = method + ' ' + path.toUtf8() + " HTTP/1.1\r\nHost: " + host.toUtf8() + "\r\nConnection: close\r\nUser-Agent: visitor\r\nAccept: */*\r\n";
    if (host == m_paths.apiHost) {
        head += "Origin: " + visitor->origin.toUtf8() + "\r\nX-CSRFToken: " + visitor->csrf + "\r\nCookie: csrftoken=" + visitor->csrf;
        head += visitor->session.isEmpty() ? QByteArray("\r\n") : "; sessionid=" + visitor->session + "\r\n";
    }
    if (method != "GET")
        head += QByteArray("Content-Type: ") + (raw.isEmpty() ? "application/json" : "image/x-portable-pixmap") + "\r\nContent-Length: " + QByteArray::number(content.size()) + "\r\n";
    const QByteArray bytes = head + "\r\n" + content;
    auto dialer = m_paths.dialer;
    m_paths.resolve(visitor->number, host, [weak, dialer, host, bytes](const QStringList& addresses) {
        if (auto alive = weak.lock())
            alive->start(addresses.isEmpty() ? Endpoint{} : dialer->route(addresses.first(), 443), host, bytes);
    });
    auto waited = co_await nextSignal(exchange.get(), &VisitorExchange::done, Milliseconds(12'000), stop);
    SY_CO_ALIVE(stop);
    if (waited)
        answer = exchange->answer();
    else
        answer.problem = waited.error().happened;
    count(answer);
    for (const auto& [name, value] : answer.headers) {
        if (name.compare("set-cookie", Qt::CaseInsensitive) != 0)
            continue;
        const QByteArray pair = value.left(value.indexOf(';'));
        if (pair.startsWith("csrftoken="))
            visitor->csrf = pair.mid(10);
        if (pair.startsWith("sessionid="))
            visitor->session = pair.mid(10);
    }
    co_return answer;
}

void Visitors::note(const std::shared_ptr<Visitor>&, const VisitorAnswer& answer, const QString& what, const QString& table, const QString& key, const QString& mark)
{
    m_paths.ledger->add({what, table, key, mark, answer.side(), m_paths.clock->now()});
}

Task<> Visitors::arrive(std::shared_ptr<Visitor> visitor, std::stop_token stop)
{
    const QString api = m_paths.apiHost;
    const QJsonObject nothing;
    const QJsonObject who{{QStringLiteral("email"), visitor->email}, {QStringLiteral("password"), visitor->password}};
    if (visitor->csrf.isEmpty()) {
        SY_CO_TRY(const VisitorAnswer got, co_await ask(visitor, "GET", api, QStringLiteral("/api/csrf"), nothing, {}, stop));
        SY_CO_ALIVE(stop);
        if (got.status != 200)
            co_return Ok{};
    }
    if (!visitor->signedUp) {
        SY_CO_TRY(const VisitorAnswer got, co_await ask(visitor, "POST", api, QStringLiteral("/api/user/sign-up"), who, {}, stop));
        SY_CO_ALIVE(stop);
        if (got.status == 201)
            note(visitor, got, QStringLiteral("signed-up"), QStringLiteral("user_user"), visitor->email, {});
        visitor->signedUp = got.status == 201 || got.status == 409;
        co_return Ok{};
    }
    if (!visitor->confirmed) {
        static const QRegularExpression link(QStringLiteral("/confirm-email/([a-z0-9]+)"));
        const auto match = link.match(m_paths.mail(visitor->email));
        if (!match.hasMatch())
            co_return Ok{}; // the worker hasn't sent it yet
        const QJsonObject token{{QStringLiteral("token"), match.captured(1)}};
        SY_CO_TRY(const VisitorAnswer got, co_await ask(visitor, "POST", api, QStringLiteral("/api/user/confirm-email"), token, {}, stop));
        SY_CO_ALIVE(stop);
        if (got.status == 200)
            note(visitor, got, QStringLiteral("confirmed"), QStringLiteral("user_user"), visitor->email, {});
        visitor->confirmed = got.status == 200;
        co_return Ok{};
    }
    SY_CO_TRY(const VisitorAnswer got, co_await ask(visitor, "POST", api, QStringLiteral("/api/user/log-in"), who, {}, stop));
    SY_CO_ALIVE(stop);
    visitor->loggedIn = got.status == 200;
    co_return Ok{};
}

Task<> Visitors::act(std::shared_ptr<Visitor> visitor, std::stop_token stop)
{
    const QString api = m_paths.apiHost;
    const QJsonObject nothing;
    if (++visitor->acts % 6 == 0) {
        const QString page = visitor->origin.mid(8);
        SY_CO_TRY(const VisitorAnswer got, co_await ask(visitor, "GET", page, QStringLiteral("/"), nothing, {}, stop));
        SY_CO_ALIVE(stop);
        co_return Ok{};
    }
    if (!visitor->loggedIn)
        co_return co_await arrive(visitor, stop);

    const QString uuid = newUuidText();
    const QString mark = QStringLiteral("v%1-%2-%3").arg(visitor->number + 1).arg(visitor->acts).arg(uuid.left(8));
    QByteArray method = "POST";
    QString path;
    QJsonObject body{{QStringLiteral("uuid"), uuid}};
    QByteArray raw;
    QString what;
    QString table = QStringLiteral("workspace_task");
    QString key = uuid;
    const int dice = visitor->tasks.isEmpty() ? 0 : chance(100);
    const QString task = visitor->tasks.value(chance(static_cast<int>(qMax<qsizetype>(1, visitor->tasks.size()))));
    if (visitor->workspace.isEmpty()) {
        path = QStringLiteral("/api/workspace");
        what = QStringLiteral("workspace");
        table = QStringLiteral("workspace_workspace");
        body[QStringLiteral("title")] = mark;
    } else if (dice < 35) {
        path = QStringLiteral("/api/task");
        what = QStringLiteral("task");
        body[QStringLiteral("title")] = QStringLiteral("Call the printer ") + mark;
        body[QStringLiteral("workspace")] = visitor->workspace;
    } else if (dice < 60) {
        method = "PATCH";
        path = QStringLiteral("/api/task/") + task;
        what = QStringLiteral("changed");
        key = task;
        body = QJsonObject{{QStringLiteral("mark"), mark}, {QStringLiteral("done"), chance(2) == 0}};
    } else if (dice < 68) {
        path = QStringLiteral("/api/task/%1/move").arg(task);
        what = QStringLiteral("changed");
        key = task;
        body = QJsonObject{{QStringLiteral("mark"), mark}, {QStringLiteral("order"), chance(40)}};
    } else if (dice < 72 && visitor->tasks.size() > 3) {
        method = "DELETE";
        path = QStringLiteral("/api/task/") + task;
        what = QStringLiteral("deleted");
        key = task;
    } else if (dice < 90) {
        path = QStringLiteral("/api/chat");
        what = QStringLiteral("chat");
        table = QStringLiteral("workspace_chatmessage");
        body[QStringLiteral("text")] = QStringLiteral("Done by ") + mark;
        body[QStringLiteral("task")] = task;
    } else if (dice < 93) {
        Picture picture{24, 16, QByteArray(24 * 16 * 3, static_cast<char>(visitor->acts))};
        raw = "P6 24 16 255\n" + picture.pixels;
        path = QStringLiteral("/api/user/picture");
    } else if (dice < 96) {
        path = QStringLiteral("/api/user/log-out");
    } else {
        method = "GET";
        path = QStringLiteral("/api/task?workspace=") + visitor->workspace;
    }
    SY_CO_TRY(const VisitorAnswer got, co_await ask(visitor, method, api, path, body, raw, stop));
    SY_CO_ALIVE(stop);
    if (got.status == 401 || (got.status == 404 && what == u"workspace"))
        visitor->loggedIn = false;
    if (got.status == 404 && (what == u"changed" || what == u"deleted"))
        visitor->tasks.removeAll(key);
    if (got.status < 200 || got.status > 299)
        co_return Ok{};
    if (path.endsWith(u"log-out"))
        visitor->loggedIn = false;
    if (!what.isEmpty())
        note(visitor, got, what, table, key, what == u"chat" ? QStringLiteral("Done by ") + mark : mark);
    if (what == u"workspace")
        visitor->workspace = uuid;
    if (what == u"task")
        visitor->tasks << uuid;
    if (what == u"deleted")
        visitor->tasks.removeAll(key);
    if (visitor->tasks.size() > 12)
        visitor->tasks.removeFirst();
    co_return Ok{};
}

} // namespace switchyard::world
