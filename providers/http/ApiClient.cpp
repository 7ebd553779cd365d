#include "providers/http/ApiClient.h"

#include "app/base/Redactor.h"
#include "providers/http/ClientState.h"
#include "providers/http/Problems.h"

#include <QElapsedTimer>
#include <QNetworkProxy>
#include <QRandomGenerator>
#include <QSslConfiguration>

#include <cmath>

namespace switchyard::http {

namespace {

// A body that can be read once. QNetworkAccessManager sends a request again by itself when the connection is lost before an answer; with
/// a body that can't be rewound it fails instead, and a deploy is never started twice.
class OneShotBody final : public QIODevice {
public:
    explicit OneShotBody(QByteArray data) : m_data(std::move(data)) { open(QIODevice::ReadOnly | QIODevice::Unbuffered); }
    [[nodiscard]] bool isSequential() const override { return true; }
    bool reset() override { return false; }
    [[nodiscard]] qint64 bytesAvailable() const override { return m_data.size() - m_at + QIODevice::bytesAvailable(); }

protected:
    qint64 readData(char* into, qint64 most) override
    {
        const qint64 count = std::min<qint64>(most, m_data.size() - m_at);
        if (count <= 0)
            return -1;
        memcpy(into, m_data.constData() + m_at, static_cast<size_t>(count));
        m_at += count;
        return count;
    }
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    QByteArray m_data;
    qint64 m_at = 0;
};

QIODevice* oneShot(QByteArray data) { return new OneShotBody(std::move(data)); }

bool isTransient(int status) { return status == 429 || status == 500 || status == 502 || status == 503 || status == 504; }

bool isWrite(const Request& request) { return request.method != "GET" && request.method != "HEAD"; }

std::optional<Milliseconds> askedWait(const Response& response, const RatePolicy& rate)
{
    bool isNumber = false;
    const qint64 seconds = response.header("retry-after").toLongLong(&isNumber);
    if (isNumber && seconds >= 0)
        return Seconds(seconds);
    // Every answer tells when the budget is full again; only a 429 asks to wait for that.
    if (response.status != 429 || rate.unit == RatePolicy::Reset::NotTold || rate.reset.isEmpty())
        return std::nullopt;
    const double reset = response.header(rate.reset.constData()).toDouble(&isNumber);
    if (!isNumber)
        return std::nullopt;
    double left = reset;
    if (rate.unit == RatePolicy::Reset::EpochSeconds) {
        const auto now = std::chrono::duration_cast<Milliseconds>(std::chrono::system_clock::now().time_since_epoch());
        left = reset - static_cast<double>(now.count()) / 1000.0;
    }
    return Milliseconds(static_cast<qint64>(std::ceil(std::max(left, 1.0) * 1000.0)));
}

Milliseconds jittered(Milliseconds base, int attempt)
{
    const double full = static_cast<double>(base.count()) * std::pow(2.0, attempt);
    return Milliseconds(static_cast<qint64>(full * (0.5 + QRandomGenerator::global()->generateDouble() / 2)));
}

} // namespace

/// The coroutines behind the client. They hold the shared state, so that a client may go while a call is on its way.
struct Wire {
    using State = std::shared_ptr<ApiClient::State>;

    struct Answer {
        Response response;
        QNetworkReply::NetworkError error = QNetworkReply::NoError;
        QString errorText;
        bool late = false;
    };

    /// A reply on its way, and the manager that was made for it alone.
    struct Line {
        QNetworkReply* reply = nullptr;
        QNetworkAccessManager* own = nullptr;
        Line() = default;
        Line(const Line&) = delete;
        Line& operator=(const Line&) = delete;
        ~Line()
        {
            reply->disconnect();
            reply->abort();
            if (own)
                own->deleteLater();
            else
                reply->deleteLater();
        }
    };

    struct Slot {
        State state;
        QString host;
        Slot(State s, QString h) : state(std::move(s)), host(std::move(h)) { ++state->inFlight[host]; }
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot()
        {
            --state->inFlight[host];
            auto& queue = state->waiting[host];
            if (!queue.empty()) {
                queue.front()->fire();
                queue.pop_front();
            }
        }
    };

    static Task<std::shared_ptr<Slot>> takeSlot(State state, QString host, std::stop_token stop)
    {
        while (state->inFlight.value(host) >= state->options.concurrency) {
            auto waker = Waker::create(stop);
            state->waiting[host].push_back(waker);
            auto wait = waker->wait();
            co_await wait;
            if (stop.stop_requested()) {
                auto& queue = state->waiting[host];
                const auto mine = std::find(queue.begin(), queue.end(), waker);
                if (mine != queue.end()) {
                    queue.erase(mine);
                } else if (!queue.empty()) {
                    // A free slot was handed to this call just as it was stopped: pass it on.
                    queue.front()->fire();
                    queue.pop_front();
                }
                co_return Error::cancelled();
            }
        }
        co_return std::make_shared<Slot>(state, host);
    }

    /// Sends once and waits for the whole answer.
    static Task<Answer> exchange(State state, QUrl url, Request request, std::stop_token stop)
    {
        QNetworkRequest wire = state->wireRequest(url);
        for (const Header& header : request.headers)
            wire.setRawHeader(header.first, header.second);
        if (state->profile.authorization) {
            const Secret value = state->profile.authorization();
            if (!value.isEmpty())
                wire.setRawHeader("Authorization", value.reveal());
        }
        if (request.body)
            wire.setHeader(QNetworkRequest::ContentTypeHeader, request.contentType);

        Line line;
        QElapsedTimer watch;
        watch.start();
        if (request.mayRepeat()) {
            line.reply = state->manager.sendCustomRequest(wire, request.method, request.body.value_or(QByteArray()));
        } else {
            // A connection of its own: a kept one may be dead already, and the send couldn't be repeated.
            line.own = new QNetworkAccessManager;
            line.own->setProxy(QNetworkProxy::NoProxy);
            const QByteArray body = request.body.value_or(QByteArray());
            QIODevice* once = oneShot(body);
            wire.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
            wire.setHeader(QNetworkRequest::ContentLengthHeader, body.size());
            line.reply = line.own->sendCustomRequest(wire, request.method, once);
            once->setParent(line.own); // after the reply, which reads from it and must go first
        }
        QNetworkReply* reply = line.reply;

        auto waker = Waker::create(stop);
        auto late = std::make_shared<bool>(false);
        QTimer timer;
        timer.setSingleShot(true);
        QObject::connect(&timer, &QTimer::timeout, &timer, [waker, late] {
            *late = true;
            waker->fire();
        });
        QObject::connect(reply, &QNetworkReply::finished, &timer, [waker] { waker->fire(); });
        QObject::connect(reply, &QObject::destroyed, &timer, [waker] { waker->fire(); });
        timer.start(request.deadline.value_or(state->options.deadline));
        auto wait = waker->wait();
        co_await wait;
        SY_CO_ALIVE(stop);

        Answer answer;
        answer.response.took = Milliseconds(watch.elapsed());
        answer.response.provider = state->profile.name;
        answer.response.call = QString::fromLatin1(request.method) + u' ' + request.path;
        if (!reply->isFinished()) {
            answer.late = true;
        } else {
            answer.response.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
            answer.response.body = reply->readAll();
            for (const auto& [name, value] : reply->rawHeaderPairs())
                answer.response.headers.emplace_back(name.toLower(), value);
            answer.error = reply->error();
            answer.errorText = reply->errorString();
            const bool cut = answer.error == QNetworkReply::RemoteHostClosedError;
            if (answer.response.status != 0 && !cut)
                answer.error = QNetworkReply::NoError; // the status tells
            if (!state->profile.requestIdHeader.isEmpty())
                answer.response.requestId = QString::fromLatin1(answer.response.header(state->profile.requestIdHeader.constData())).left(80);
            bool isNumber = false;
            const qint64 left = answer.response.header(state->profile.rate.remaining.constData()).toLongLong(&isNumber);
            if (isNumber && !(state->profile.rate.readsOnly && isWrite(request)))
                state->callsLeft = left;
        }
        co_return answer;
    }

    static Task<Response> send(State state, Request request, std::stop_token stop)
    {
        QUrl url = QUrl(state->profile.baseUrl.toString(QUrl::FullyEncoded | QUrl::StripTrailingSlash) + request.path);
        if (!request.query.isEmpty())
            url.setQuery(request.query);
        const bool writes = isWrite(request);
        const QString host = url.host();
        const QString label = QString::fromLatin1(request.method) + u' ' + request.path;
        if (!url.isValid() || host.isEmpty() || (url.scheme() != QLatin1String("http") && url.scheme() != QLatin1String("https")))
            co_return Error::invalid(QStringLiteral("The base URL of %1 isn't a web address.").arg(state->profile.name),
                                     QStringLiteral("Nothing was sent."), QStringLiteral("Correct the base URL of the account: it starts with https://."));
        if (const auto allowed = state->options.guard.check(url, state->profile.name); !allowed)
            co_return allowed.error();
        SY_CO_ALIVE(stop);

        const int tries = request.mayRepeat() ? std::max(1, state->options.tries) : 1;
        int redirects = 0;
        for (int attempt = 0;; ++attempt) {
            auto taking = takeSlot(state, host, stop);
            Result<std::shared_ptr<Slot>> slot = co_await std::move(taking);
            if (!slot)
                co_return slot.error();
            auto exchanging = exchange(state, url, request, stop);
            Result<Answer> outcome = co_await std::move(exchanging);
            slot = Error::cancelled(); // free again, also while backing off
            if (!outcome)
                co_return outcome.error();
            const Answer& answer = *outcome;
            const Response& response = answer.response;
            const qint64 ms = response.took.count();

            if (answer.late) {
                const Milliseconds deadline = request.deadline.value_or(state->options.deadline);
                state->say(LogLevel::Warning, QStringLiteral("%1 -> no answer within %2").arg(label, durationProse(deadline)));
                // Once more, and only a question: whoever waits has waited a whole deadline already.
                if (writes || attempt > 0 || tries < 2)
                    co_return deadlineProblem(state->profile.name, deadline, writes);
                state->say(LogLevel::Warning, QStringLiteral("%1: try 2 of 2 at once").arg(label));
                continue;
            }
            const bool broken = answer.error != QNetworkReply::NoError;
            const bool tls = answer.error == QNetworkReply::SslHandshakeFailedError;
            if (broken) {
                state->say(LogLevel::Warning, QStringLiteral("%1 -> no answer in %2 ms: %3").arg(label).arg(ms).arg(answer.errorText));
            } else {
                const QString id = response.requestId.isEmpty() ? QString() : QStringLiteral(", request ") + response.requestId;
                state->say(response.status < 400 ? LogLevel::Info : LogLevel::Warning,
                           QStringLiteral("%1 -> %2 in %3 ms%4").arg(label).arg(response.status).arg(ms).arg(id));
                if (response.status >= 200 && response.status < 300)
                    co_return response;
            }

            if (!broken && !writes && response.status >= 301 && response.status <= 308 && redirects < 3) {
                const QUrl next = url.resolved(QUrl::fromEncoded(response.header("location")));
                if (next.isValid() && next.scheme() == url.scheme() && next.host() == url.host() && next.port() == url.port() && next != url) {
                    url = next;
                    ++redirects;
                    --attempt;
                    continue;
                }
            }
            const auto asked = broken ? std::nullopt : askedWait(response, state->profile.rate);
            const Error problem = broken ? problemOf(state->profile.name, host, answer.error, answer.errorText, writes)
                                         : problemOf(state->profile.name, response, writes, asked);
            const bool worthIt = broken ? !tls : isTransient(response.status);
            if (!worthIt || attempt + 1 >= tries)
                co_return problem;
            const Milliseconds pause = asked ? *asked : jittered(state->options.backOff, attempt);
            if (pause > state->options.longestWait)
                co_return problem;
            state->say(LogLevel::Warning, QStringLiteral("%1: try %2 of %3 in %4").arg(label).arg(attempt + 2).arg(tries).arg(durationProse(pause)));
            auto sleeping = sleepReal(pause, stop);
            const auto slept = co_await std::move(sleeping);
            if (!slept)
                co_return slept.error();
        }
    }
};

void ApiClient::State::say(LogLevel level, const QString& message) const
{
    if (!options.log)
        return;
    LogLine line;
    line.time = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
    line.source = profile.id;
    line.host = QStringLiteral("api");
    line.level = level;
    line.message = Redactor::instance().redact(message);
    line.simulated = options.guard.active;
    options.log(std::move(line));
}

QNetworkRequest ApiClient::State::wireRequest(const QUrl& url) const
{
    QNetworkRequest wire(url);
    for (const Header& header : profile.headers)
        wire.setRawHeader(header.first, header.second);
    wire.setRawHeader("User-Agent", "Switchyard/" SWITCHYARD_VERSION);
    wire.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    wire.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    wire.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    wire.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    wire.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    wire.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    wire.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    if (url.scheme() == QLatin1String("https") && !options.trustedRoots.isEmpty()) {
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.addCaCertificates(QSslCertificate::fromData(options.trustedRoots));
        wire.setSslConfiguration(tls);
    }
    return wire;
}

Task<> Bell::heard(std::shared_ptr<Bell> bell, Milliseconds limit, std::stop_token stop)
{
    auto late = std::make_shared<bool>(false);
    if (!bell->m_rung) {
        auto waker = Waker::create(stop);
        bell->m_waker = waker;
        QTimer timer;
        timer.setSingleShot(true);
        QObject::connect(&timer, &QTimer::timeout, &timer, [waker, late] {
            *late = true;
            waker->fire();
        });
        timer.start(limit);
        auto wait = waker->wait();
        co_await wait;
        bell->m_waker.reset();
    }
    SY_CO_ALIVE(stop);
    if (!bell->m_rung && *late) {
        Error error = Error::invalid(QStringLiteral("Nothing came within %1.").arg(durationProse(limit)));
        error.kind = ErrorKind::Timeout;
        co_return error;
    }
    bell->m_rung = false;
    co_return Ok{};
}

ApiClient::ApiClient(Profile profile, Options options) : m_state(std::make_shared<State>())
{
    m_state->profile = std::move(profile);
    m_state->options = std::move(options);
    m_state->manager.setProxy(QNetworkProxy::NoProxy);
    m_state->manager.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
}

ApiClient::~ApiClient() = default;
ApiClient::ApiClient(const ApiClient&) = default;
ApiClient& ApiClient::operator=(const ApiClient&) = default;

Task<Response> ApiClient::send(Request request, std::stop_token stop) const { return Wire::send(m_state, std::move(request), std::move(stop)); }

std::optional<qint64> ApiClient::callsLeft() const { return m_state->callsLeft; }
const QString& ApiClient::name() const { return m_state->profile.name; }
const QString& ApiClient::id() const { return m_state->profile.id; }
const Options& ApiClient::options() const { return m_state->options; }

} // namespace switchyard::http
