#include "app/smoke/Session.h"
#include "app/base/CopyOf.h"

#include "app/base/Awaiters.h"
#include "app/base/Redactor.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUrl>
#include <QUuid>

#include <algorithm>

namespace switchyard::smoke {

namespace {

constexpr qsizetype kShownBody = 400;

/// A PNG of one transparent pixel, as any browser would send it.
QByteArray onePixel()
{
    return QByteArray::fromBase64("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");
}

/// The same pixel as PPM: what the story's app can make a thumbnail of.
QByteArray smallPicture()
{
    QByteArray out = "P6\n16 16\n255\n";
    for (int i = 0; i < 16 * 16; ++i)
        out += QByteArray::fromHex(i % 2 ? "3fb6d3" : "8f7ee7");
    return out;
}

} // namespace

QJsonObject Session::Reply::json() const { return QJsonDocument::fromJson(body).object(); }

Session::Session(Setup setup) : m_setup(std::move(setup)) { Redactor::instance().learn(m_setup.password); }

Task<Outcome> Session::run(QString id, std::stop_token stop)
{
    Outcome out;
    out.id = id;
    out.verdict = Verdict::Pass;
    bool good = true;
    if (id == QLatin1String("sign-up")) {
        SY_CO_TRY(good, co_await signUp(&out, stop));
    } else if (id == QLatin1String("confirm-mail")) {
        SY_CO_TRY(good, co_await confirmMail(&out, stop));
    } else if (id == QLatin1String("log-in")) {
        SY_CO_TRY(good, co_await logIn(&out, stop));
    } else if (id == QLatin1String("onboarding")) {
        SY_CO_TRY(good, co_await onboarding(&out, stop));
    } else if (id == QLatin1String("csrf")) {
        SY_CO_TRY(good, co_await csrf(&out, stop));
    } else if (id == QLatin1String("cors")) {
        SY_CO_TRY(good, co_await cors(&out, stop));
    } else if (id == QLatin1String("websocket")) {
        SY_CO_TRY(good, co_await webSocket(3, &out, stop));
    } else if (id == QLatin1String("log-out-in")) {
        SY_CO_TRY(good, co_await logOutIn(&out, stop));
    } else if (id == QLatin1String("upload")) {
        SY_CO_TRY(good, co_await upload(&out, stop));
    } else if (id == QLatin1String("websocket-again")) {
        SY_CO_TRY(good, co_await webSocket(1, &out, stop));
    } else if (id == QLatin1String("headers")) {
        SY_CO_TRY(good, co_await securityHeaders(&out, stop));
    } else {
        out.verdict = Verdict::NotRun;
        out.says = QStringLiteral("This check isn't known.");
    }
    if (!good && out.verdict == Verdict::Pass)
        out.verdict = Verdict::Failed;
    if (out.verdict == Verdict::Pass && out.says.isEmpty())
        out.says = out.status > 0 ? QStringLiteral("%1 · %2 ms").arg(out.status).arg(out.took.count()) : QStringLiteral("pass");
    out.at = m_setup.clock->now();
    co_return out;
}

QByteArray Session::cookies() const
{
    QByteArray out;
    for (const auto& [name, value] : m_cookies)
        out += (out.isEmpty() ? "" : "; ") + name + '=' + value;
    return out;
}

void Session::takeCookies(const std::vector<HttpHeader>& headers)
{
    for (const HttpHeader& h : headers) {
        if (h.name.compare("set-cookie", Qt::CaseInsensitive) != 0)
            continue;
        const QByteArray pair = h.value.left(h.value.indexOf(';') < 0 ? h.value.size() : h.value.indexOf(';'));
        const qsizetype equals = pair.indexOf('=');
        if (equals <= 0)
            continue;
        const QByteArray name = pair.left(equals).trimmed(), value = pair.mid(equals + 1).trimmed();
        if (value.isEmpty())
            m_cookies.erase(name);
        else
            m_cookies[name] = value;
        Redactor::instance().learn(Secret(value));
    }
}

Task<Session::Reply> Session::send(Call call, Outcome* out, std::stop_token stop)
{
    const QString host = call.host.isEmpty() ? m_setup.apiHost : call.host;
    Reply reply;
    const auto address = m_setup.addresses.find(host);
    if (address == m_setup.addresses.end()) {
        reply.problem = QStringLiteral("no address for %1").arg(host);
        co_return reply;
    }
    ProbeRequest request;
    request.method = call.method;
    request.url = QStringLiteral("https://") + host + call.path;
    request.address = address->second;
    if (!call.json.isEmpty()) {
        request.body = QJsonDocument(call.json).toJson(QJsonDocument::Compact);
        request.headers.push_back({"Content-Type", "application/json"});
    } else if (!call.body.isEmpty()) {
        request.body = call.body;
        request.headers.push_back({"Content-Type", call.type});
    }
    if (!call.origin.isEmpty()) {
        request.headers.push_back({"Origin", "https://" + call.origin.toUtf8()});
        request.headers.push_back({"Referer", "https://" + call.origin.toUtf8() + '/'});
    }
    if (call.method == "OPTIONS") {
        request.headers.push_back({"Access-Control-Request-Method", "POST"});
        request.headers.push_back({"Access-Control-Request-Headers", "content-type, x-csrftoken"});
    } else {
        if (!m_cookies.empty())
            request.headers.push_back({"Cookie", cookies()});
        const auto token = m_cookies.find("csrftoken");
        if (call.token && token != m_cookies.end())
            request.headers.push_back({"X-CSRFToken", token->second});
    }
    out->exchange << QStringLiteral("> %1 %2").arg(QString::fromLatin1(call.method), request.url);
    for (const HttpHeader& h : request.headers) {
        const bool secret = h.name == "Cookie" || h.name == "X-CSRFToken";
        out->exchange << QStringLiteral("> %1: %2").arg(QString::fromLatin1(h.name), secret ? QStringLiteral("[hidden]") : QString::fromUtf8(h.value));
    }
    auto answer = co_await m_setup.prober->fetch(std::move(request), stop);
    SY_CO_ALIVE(stop);
    if (!answer)
        co_return std::move(answer).error();
    takeCookies(answer->headers);
    reply.status = answer->status;
    reply.body = answer->body;
    reply.problem = answer->problem;
    reply.took = answer->took;
    reply.allowOrigin = answer->header("access-control-allow-origin");
    out->took += answer->took;
    if (answer->status == 0) {
        out->exchange << QStringLiteral("< %1").arg(answer->problem);
    } else {
        out->exchange << QStringLiteral("< %1, %2 ms, %3").arg(answer->status).arg(answer->took.count()).arg(answer->address);
        for (const HttpHeader& h : answer->headers) {
            const bool secret = h.name.compare("set-cookie", Qt::CaseInsensitive) == 0;
            out->exchange << QStringLiteral("< %1: %2").arg(QString::fromLatin1(h.name), secret ? QStringLiteral("[hidden]") : QString::fromUtf8(h.value));
        }
        if (!answer->body.isEmpty())
            out->exchange << QStringLiteral("< ") + Redactor::instance().redact(QString::fromUtf8(answer->body.left(kShownBody)));
    }
    co_return reply;
}

bool Session::expect(Outcome* out, const Reply& reply, int wanted, const QString& what, const QString& origin)
{
    out->status = reply.status;
    if (reply.status == wanted)
        return true;
    out->verdict = Verdict::Failed;
    out->says = reply.status == 0 ? QStringLiteral("%1: %2").arg(what, reply.problem.isEmpty() ? QStringLiteral("no answer") : reply.problem)
                                  : QStringLiteral("%1: %2 instead of %3").arg(what).arg(reply.status).arg(wanted);
    out->diagnosis = diagnose(out->id, reply.status, reply.body, reply.problem, origin.isEmpty() ? QString() : QStringLiteral("https://") + origin);
    return false;
}

Task<> Session::ensureToken(Outcome* out, std::stop_token stop)
{
    if (m_cookies.contains("csrftoken"))
        co_return Ok{};
    Call call;
    call.path = QStringLiteral("/api/csrf");
    call.origin = firstOrigin();
    SY_CO_TRY(const Reply reply, co_await send(std::move(call), out, stop));
    Q_UNUSED(reply)
    co_return Ok{};
}

Task<bool> Session::signUp(Outcome* out, std::stop_token stop)
{
    SY_CO_CHECK(co_await ensureToken(out, stop));
    Call call;
    call.method = "POST";
    call.path = QStringLiteral("/api/user/sign-up");
    call.origin = firstOrigin();
    call.json.insert(QStringLiteral("email"), m_setup.email);
    call.json.insert(QStringLiteral("password"), m_setup.password.revealText());
    SY_CO_TRY(const Reply reply, co_await send(std::move(call), out, stop));
    m_signedUp = expect(out, reply, 201, QStringLiteral("Sign up"), firstOrigin());
    if (m_signedUp)
        m_left << QStringLiteral("test account %1").arg(m_setup.email);
    co_return copyOf(m_signedUp);
}

Task<bool> Session::confirmMail(Outcome* out, std::stop_token stop)
{
    if (!m_signedUp || m_setup.mailUrl.isEmpty()) {
        out->verdict = Verdict::NotRun;
        out->says = m_signedUp ? QStringLiteral("Not run: mails of a live run can't be read. Do it by hand.") : QStringLiteral("Not run: there is no account.");
        co_return false;
    }
    QString token;
    const QUrl sink(m_setup.mailUrl);
    // The mail is a job of a worker: it takes a moment.
    for (int tries = 0; tries < 60 && token.isEmpty(); ++tries) {
        ProbeRequest request;
        request.url = m_setup.mailUrl + QStringLiteral("/messages?to=") + QString::fromLatin1(QUrl::toPercentEncoding(m_setup.email));
        request.address = sink.host();
        auto answer = co_await m_setup.prober->fetch(std::move(request), stop);
        SY_CO_ALIVE(stop);
        if (answer && answer->status == 200) {
            static const QRegularExpression link(QStringLiteral("/confirm-email/([A-Za-z0-9_-]+)"));
            const QJsonArray mails = QJsonDocument::fromJson(answer->body).array();
            for (const QJsonValue mail : mails) {
                const auto found = link.match(mail.toObject().value(u"text").toString());
                if (found.hasMatch())
                    token = found.captured(1);
            }
        }
        if (token.isEmpty()) {
            SY_CO_CHECK(co_await sleepReal(std::chrono::milliseconds(250), stop));
        }
    }
    if (token.isEmpty()) {
        out->says = QStringLiteral("No mail came within 15 s");
        out->diagnosis = QStringLiteral("The worker didn't send it: look whether it runs, and at the mail settings.");
        co_return false;
    }
    Redactor::instance().learn(Secret(token));
    Call call;
    call.method = "POST";
    call.path = QStringLiteral("/api/user/confirm-email");
    call.origin = firstOrigin();
    call.json.insert(QStringLiteral("token"), token);
    SY_CO_TRY(const Reply reply, co_await send(std::move(call), out, stop));
    m_confirmed = expect(out, reply, 200, QStringLiteral("Confirm the address"), firstOrigin());
    co_return copyOf(m_confirmed);
}

Task<bool> Session::logIn(Outcome* out, std::stop_token stop)
{
    if (!m_confirmed) {
        out->verdict = Verdict::NotRun;
        out->says = QStringLiteral("Not run: there is no confirmed account.");
        co_return false;
    }
    SY_CO_CHECK(co_await ensureToken(out, stop));
    Call call;
    call.method = "POST";
    call.path = QStringLiteral("/api/user/log-in");
    call.origin = firstOrigin();
    call.json.insert(QStringLiteral("email"), m_setup.email);
    call.json.insert(QStringLiteral("password"), m_setup.password.revealText());
    SY_CO_TRY(const Reply reply, co_await send(std::move(call), out, stop));
    m_loggedIn = expect(out, reply, 200, QStringLiteral("Log in"), firstOrigin()) && m_cookies.contains("sessionid");
    if (reply.status == 200 && !m_loggedIn)
        out->says = QStringLiteral("Log in: no session cookie came");
    co_return copyOf(m_loggedIn);
}

Task<bool> Session::onboarding(Outcome* out, std::stop_token stop)
{
    if (!m_loggedIn) {
        out->verdict = Verdict::NotRun;
        out->says = QStringLiteral("Not run: nobody is logged in.");
        co_return false;
    }
    Call call;
    call.method = "POST";
    call.path = QStringLiteral("/api/workspace");
    call.origin = firstOrigin();
    call.json.insert(QStringLiteral("title"), QStringLiteral("Switchyard smoke check"));
    SY_CO_TRY(const Reply reply, co_await send(std::move(call), out, stop));
    if (!expect(out, reply, 201, QStringLiteral("New workspace"), firstOrigin()))
        co_return false;
    m_workspace = reply.json().value(u"uuid").toString();
    m_left << QStringLiteral("workspace \"Switchyard smoke check\"");
    co_return !m_workspace.isEmpty();
}

Task<bool> Session::csrf(Outcome* out, std::stop_token stop)
{
    if (m_workspace.isEmpty()) {
        out->verdict = Verdict::NotRun;
        out->says = QStringLiteral("Not run: there is no workspace.");
        co_return false;
    }
    const QStringList origins = m_setup.originHosts;
    for (const QString& origin : origins) {
        Call without;
        without.method = "POST";
        without.path = QStringLiteral("/api/task");
        without.origin = origin;
        without.token = false;
        without.json.insert(QStringLiteral("workspace"), m_workspace);
        without.json.insert(QStringLiteral("title"), QStringLiteral("Never made"));
        Call with = without;
        with.token = true;
        with.json.insert(QStringLiteral("title"), QStringLiteral("From %1").arg(origin));
        SY_CO_TRY(const Reply refused, co_await send(std::move(without), out, stop));
        if (!expect(out, refused, 403, QStringLiteral("Without the token from %1").arg(origin), origin)) {
            if (refused.status == 201)
                out->diagnosis = QStringLiteral("A write without the CSRF token was taken: the check is off at this side.");
            co_return false;
        }
        SY_CO_TRY(const Reply taken, co_await send(std::move(with), out, stop));
        if (!expect(out, taken, 201, QStringLiteral("With the token from %1").arg(origin), origin))
            co_return false;
    }
    Call foreign;
    foreign.method = "POST";
    foreign.path = QStringLiteral("/api/task");
    foreign.origin = QStringLiteral("elsewhere.invalid");
    foreign.json.insert(QStringLiteral("workspace"), m_workspace);
    foreign.json.insert(QStringLiteral("title"), QStringLiteral("Never made"));
    SY_CO_TRY(const Reply stranger, co_await send(std::move(foreign), out, stop));
    if (!expect(out, stranger, 403, QStringLiteral("From a foreign origin")))
        co_return false;
    out->says = QStringLiteral("asked for, from %1").arg(counted(origins));
    co_return true;
}

QString Session::counted(const QStringList& hosts) { return hosts.size() == 1 ? hosts.front() : QStringLiteral("%1 origins").arg(hosts.size()); }

Task<bool> Session::cors(Outcome* out, std::stop_token stop)
{
    const QStringList origins = m_setup.originHosts;
    for (const QString& origin : origins) {
        Call call;
        call.method = "OPTIONS";
        call.path = QStringLiteral("/api/task");
        call.origin = origin;
        SY_CO_TRY(const Reply reply, co_await send(std::move(call), out, stop));
        out->status = reply.status;
        const QByteArray wanted = "https://" + origin.toUtf8();
        if (reply.status == 0 || reply.status >= 300 || (reply.allowOrigin != wanted && reply.allowOrigin != "*")) {
            out->says = reply.status == 0 ? reply.problem : QStringLiteral("Preflight from %1 isn't allowed (%2)").arg(origin).arg(reply.status);
            out->diagnosis = diagnose(out->id, reply.status, reply.body, reply.problem, QString::fromUtf8(wanted));
            co_return false;
        }
    }
    Call foreign;
    foreign.method = "OPTIONS";
    foreign.path = QStringLiteral("/api/task");
    foreign.origin = QStringLiteral("elsewhere.invalid");
    SY_CO_TRY(const Reply stranger, co_await send(std::move(foreign), out, stop));
    if (stranger.allowOrigin == "https://elsewhere.invalid" || stranger.allowOrigin == "*") {
        out->says = QStringLiteral("A foreign origin is allowed");
        out->diagnosis = QStringLiteral("The CORS setting lets every page call the API.");
        co_return false;
    }
    out->says = QStringLiteral("allowed for %1").arg(counted(origins));
    co_return true;
}

Task<bool> Session::webSocket(int windows, Outcome* out, std::stop_token stop)
{
    if (m_workspace.isEmpty() || !m_loggedIn) {
        out->verdict = Verdict::NotRun;
        out->says = QStringLiteral("Not run: nobody is logged in.");
        co_return false;
    }
    const auto address = m_setup.addresses.find(m_setup.apiHost);
    std::vector<std::shared_ptr<ProbeSocket>> sockets;
    for (int i = 0; i < windows; ++i) {
        ProbeRequest request;
        request.url = QStringLiteral("wss://%1/ws").arg(m_setup.apiHost);
        request.address = address == m_setup.addresses.end() ? QString() : address->second;
        request.headers.push_back({"Origin", "https://" + firstOrigin().toUtf8()});
        request.headers.push_back({"Cookie", cookies()});
        out->exchange << QStringLiteral("> GET %1 (WebSocket, window %2)").arg(request.url).arg(i + 1);
        auto socket = co_await m_setup.prober->openSocket(std::move(request), stop);
        SY_CO_ALIVE(stop);
        if (!socket) {
            if (socket.error().kind == ErrorKind::Cancelled)
                co_return std::move(socket).error();
            out->exchange << QStringLiteral("< ") + socket.error().happened;
            out->says = QStringLiteral("Window %1: %2").arg(i + 1).arg(socket.error().happened);
            out->diagnosis = diagnose(out->id, socket.error().code.toInt(), {}, socket.error().happened, QStringLiteral("https://") + firstOrigin());
            co_return false;
        }
        sockets.push_back(std::move(socket).value());
    }
    const QString uuid = QUuid::createUuid().toString(QUuid::WithoutBraces);
    Call make;
    make.method = "POST";
    make.path = QStringLiteral("/api/task");
    make.origin = firstOrigin();
    make.json.insert(QStringLiteral("workspace"), m_workspace);
    make.json.insert(QStringLiteral("title"), QStringLiteral("Seen by %1 windows").arg(windows));
    make.json.insert(QStringLiteral("uuid"), uuid);
    SY_CO_TRY(const Reply made, co_await send(std::move(make), out, stop));
    if (!expect(out, made, 201, QStringLiteral("New task"), firstOrigin()))
        co_return false;
    const TimePoint sent = SystemClock().now();
    Milliseconds slowest{0};
    int seen = 0;
    for (const auto& socket : sockets) {
        bool mine = false;
        while (!mine) {
            auto text = co_await socket->receive(std::chrono::seconds(5), stop);
            SY_CO_ALIVE(stop);
            if (!text)
                break;
            mine = text->contains(uuid.toUtf8());
        }
        if (mine) {
            ++seen;
            slowest = std::max(slowest, std::chrono::duration_cast<Milliseconds>(SystemClock().now() - sent));
        }
    }
    for (const auto& socket : sockets)
        socket->close();
    out->exchange << QStringLiteral("< %1 of %2 windows saw the task, the last after %3 ms").arg(seen).arg(windows).arg(slowest.count());
    out->took += slowest;
    out->says = seen == windows ? QStringLiteral("%1 of %2 windows · %3 ms").arg(seen).arg(windows).arg(slowest.count()) : QStringLiteral("%1 of %2 windows saw the change").arg(seen).arg(windows);
    if (seen < windows)
        out->diagnosis = diagnose(out->id, 0, {}, {}, {});
    co_return seen == windows;
}

Task<bool> Session::logOutIn(Outcome* out, std::stop_token stop)
{
    if (!m_loggedIn) {
        out->verdict = Verdict::NotRun;
        out->says = QStringLiteral("Not run: nobody is logged in.");
        co_return false;
    }
    Call leave;
    leave.method = "POST";
    leave.path = QStringLiteral("/api/user/log-out");
    leave.origin = firstOrigin();
    SY_CO_TRY(const Reply left, co_await send(std::move(leave), out, stop));
    if (!expect(out, left, 204, QStringLiteral("Log out"), firstOrigin()))
        co_return false;
    Call who;
    who.path = QStringLiteral("/api/user/me");
    who.origin = firstOrigin();
    SY_CO_TRY(const Reply nobody, co_await send(std::move(who), out, stop));
    if (!expect(out, nobody, 401, QStringLiteral("After logging out"), firstOrigin()))
        co_return false;
    m_loggedIn = false;
    SY_CO_TRY(const bool back, co_await logIn(out, stop));
    co_return back;
}

Task<bool> Session::upload(Outcome* out, std::stop_token stop)
{
    if (!m_loggedIn) {
        out->verdict = Verdict::NotRun;
        out->says = QStringLiteral("Not run: nobody is logged in.");
        co_return false;
    }
    Call call;
    call.method = "POST";
    call.path = QStringLiteral("/api/user/picture");
    call.origin = firstOrigin();
    call.body = smallPicture();
    call.type = "image/x-portable-pixmap";
    SY_CO_TRY(Reply reply, co_await send(std::move(call), out, stop));
    if (reply.status == 400 || reply.status == 415) {
        Call png;
        png.method = "POST";
        png.path = QStringLiteral("/api/user/picture");
        png.origin = firstOrigin();
        png.body = onePixel();
        png.type = "image/png";
        SY_CO_TRY(reply, co_await send(std::move(png), out, stop));
    }
    if (!expect(out, reply, 201, QStringLiteral("Upload"), firstOrigin()))
        co_return false;
    const Milliseconds took = out->took;
    // The small picture is a job of the worker.
    for (int tries = 0; tries < 40; ++tries) {
        Outcome quiet; // forty polls are no evidence worth keeping
        Call look;
        look.path = QStringLiteral("/api/user/picture?small=1");
        look.origin = firstOrigin();
        SY_CO_TRY(const Reply small, co_await send(std::move(look), &quiet, stop));
        if (small.status == 200) {
            out->took = took;
            out->says = QStringLiteral("201 · %1 ms, thumbnail made").arg(took.count());
            co_return true;
        }
        SY_CO_CHECK(co_await sleepReal(std::chrono::milliseconds(250), stop));
    }
    out->says = QStringLiteral("The picture was taken, its thumbnail wasn't made within 10 s");
    out->diagnosis = QStringLiteral("The worker didn't do the job: look whether it runs and which queue it reads.");
    co_return false;
}

Task<bool> Session::securityHeaders(Outcome* out, std::stop_token stop)
{
    const QString host = m_setup.siteHost.isEmpty() ? m_setup.apiHost : m_setup.siteHost;
    ProbeRequest request;
    request.url = QStringLiteral("https://%1/").arg(host);
    const auto address = m_setup.addresses.find(host);
    request.address = address == m_setup.addresses.end() ? QString() : address->second;
    out->exchange << QStringLiteral("> GET %1").arg(request.url);
    auto answer = co_await m_setup.prober->fetch(std::move(request), stop);
    SY_CO_ALIVE(stop);
    if (!answer)
        co_return std::move(answer).error();
    out->took = answer->took;
    out->status = answer->status;
    if (answer->status == 0) {
        out->exchange << QStringLiteral("< ") + answer->problem;
        out->says = answer->problem;
        out->diagnosis = diagnose(out->id, 0, {}, answer->problem, {});
        co_return false;
    }
    std::map<QByteArray, QByteArray> headers;
    out->exchange << QStringLiteral("< %1").arg(answer->status);
    for (const HttpHeader& h : answer->headers) {
        headers[h.name.toLower()] = h.value;
        if (h.name.compare("set-cookie", Qt::CaseInsensitive) != 0)
            out->exchange << QStringLiteral("< %1: %2").arg(QString::fromLatin1(h.name), QString::fromUtf8(h.value));
    }
    m_headers = gradeHeaders(headers);
    out->says = QStringLiteral("%1 · %2 points").arg(m_headers.grade).arg(m_headers.score);
    if (answer->status >= 400) {
        out->says = QStringLiteral("%1 answers %2").arg(host).arg(answer->status);
        out->diagnosis = diagnose(out->id, answer->status, answer->body, {}, {});
    }
    co_return answer->status < 400;
}

} // namespace switchyard::smoke
