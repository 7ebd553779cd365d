#include "providers/heroku/client/Provider.h"

#include "app/base/Awaiters.h"
#include "app/base/Redactor.h"
#include "providers/http/LogText.h"

#include <QRegularExpression>

#include <algorithm>

namespace switchyard::heroku {

std::optional<LogLine> parseLogLine(const QString& text)
{
    static const QRegularExpression form(QStringLiteral("^(\\S+) ([^\\s\\[]+)\\[([^\\]]*)\\]: ?(.*)$"), QRegularExpression::DotMatchesEverythingOption);
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const auto time = http::instant(match.captured(1));
    if (!time)
        return std::nullopt;
    LogLine line;
    line.time = *time;
    line.source = QStringLiteral("heroku");
    line.host = match.captured(3);
    line.message = Redactor::instance().redact(match.captured(4));
    line.level = http::levelOf(line.message);
    return line;
}

bool belongsTo(const QString& service, const QString& process)
{
    if (service.isEmpty())
        return true;
    const QString type = process.section(u'.', 0, 0);
    if (type == service || process == service)
        return true;
    if (service == u"web")
        return process == u"router" || process.startsWith(QLatin1String("web-"));
    if (service.startsWith(QLatin1String("postgresql-")) || service == u"DATABASE" || service == u"DATABASE_URL")
        return process == u"heroku-postgres";
    if (service.startsWith(QLatin1String("redis-")) || service == u"REDIS" || service == u"REDIS_URL")
        return process == u"heroku-redis";
    return false;
}

namespace {

/// Log sessions are good for minutes: when the stream ends, a new session is asked for with some lines of the past, and those seen before
/// are dropped.
class SessionLog final : public LogSource {
public:
    SessionLog(http::ApiClient api, ServiceRef ref) : m_api(std::move(api)), m_ref(std::move(ref)) {}

    Task<> follow(Sink sink, std::stop_token stop) override
    {
        const http::ApiClient api = m_api;
        const ServiceRef ref = m_ref;
        const bool simulated = api.options().guard.active;
        auto seen = std::make_shared<http::SeenLines>();
        const http::ApiClient::LineSink take = [sink, seen, ref, simulated](QString text) {
            auto line = parseLogLine(text);
            if (!line || !seen->add(text) || !belongsTo(ref.service, line->host))
                return;
            line->simulated = simulated;
            sink(std::move(*line));
        };
        auto broken = std::make_shared<bool>(false);
        const std::function<void()> opened = [sink, broken, simulated] {
            if (*broken)
                sink(http::aboutStream(QStringLiteral("heroku"), LogLevel::Warning,
                                       QStringLiteral("The log stream is open again; lines may be missing."), simulated));
            *broken = false;
        };
        Milliseconds pause = api.options().reconnect;
        while (true) {
            QJsonObject body;
            body.insert(QStringLiteral("lines"), 100);
            body.insert(QStringLiteral("tail"), true);
            http::Request ask = http::requestWith(body, "POST", "/apps/%1/log-sessions", ref.app);
            ask.repeatable = true; // a second session harms nobody
            auto asking = fetch(api, std::move(ask), stop);
            const Result<http::Json> session = co_await std::move(asking);
            SY_CO_ALIVE(stop);
            Error problem;
            // A refused token or an app that isn't there won't get better by itself; a session that expired will.
            bool hopeless = false;
            if (session) {
                const QUrl url(session->text("logplex_url"));
                SY_CO_CHECK(session->check());
                std::vector<http::Header> headers;
                headers.emplace_back("Accept", "text/event-stream, text/plain;q=0.9");
                auto streaming = api.streamLines(url, std::move(headers), take, opened, stop);
                const Result<http::StreamEnd> end = co_await std::move(streaming);
                SY_CO_ALIVE(stop);
                if (end) {
                    problem.happened = end->why == http::StreamEnd::Why::Idle ? QStringLiteral("The log stream of Heroku fell silent.")
                                                                             : QStringLiteral("Heroku closed the log stream.");
                    if (end->lines > 0)
                        pause = api.options().reconnect;
                } else {
                    problem = end.error();
                    hopeless = problem.kind == ErrorKind::Invalid;
                }
            } else {
                problem = session.error();
                hopeless = problem.kind == ErrorKind::Auth || problem.kind == ErrorKind::Invalid || problem.code == u"404";
            }
            if (hopeless)
                co_return problem;
            sink(http::aboutStream(QStringLiteral("heroku"), LogLevel::Warning,
                                   problem.happened + QStringLiteral(" It is opened again in %1.").arg(durationProse(pause)), simulated));
            *broken = true;
            SY_CO_CHECK(co_await sleepReal(pause, stop));
            pause = std::min(pause * 2, Milliseconds(30'000));
        }
    }

private:
    http::ApiClient m_api;
    ServiceRef m_ref;
};

} // namespace

std::unique_ptr<LogSource> makeLogSource(http::ApiClient api, ServiceRef ref) { return std::make_unique<SessionLog>(std::move(api), std::move(ref)); }

} // namespace switchyard::heroku
