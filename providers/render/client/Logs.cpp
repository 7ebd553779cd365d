#include "providers/render/client/Provider.h"

#include "app/base/Awaiters.h"
#include "app/base/Redactor.h"
#include "app/base/StopScope.h"
#include "providers/http/LogText.h"

#include <QJsonDocument>

#include <algorithm>

namespace switchyard::render {

LogEntry logEntryFrom(const http::Json& entry)
{
    LogEntry out;
    out.id = entry.text("id");
    out.line.time = http::instant(entry.text("timestamp")).value_or(TimePoint{});
    out.line.source = QStringLiteral("render");
    out.line.message = Redactor::instance().redact(entry.text("message"));
    out.line.level = http::levelOf(out.line.message);
    QString instance;
    QString resource;
    for (const http::Json& label : entry.listOr("labels")) {
        const QString name = label.textOr("name");
        const QString value = label.textOr("value");
        if (name == u"instance")
            instance = value;
        else if (name == u"resource")
            resource = value;
        else if (name == u"level") {
            if (value == u"error" || value == u"fatal" || value == u"critical")
                out.line.level = LogLevel::Error;
            else if (value.startsWith(QLatin1String("warn")))
                out.line.level = std::max(out.line.level, LogLevel::Warning);
            else if (value == u"debug")
                out.line.level = LogLevel::Debug;
        }
    }
    out.line.host = instance.isEmpty() ? resource : instance;
    return out;
}

namespace {

/// What the stream and the gap fill share.
struct Tail {
    http::ApiClient api;
    QString name;
    QString owner;
    QString resource;
    LogSource::Sink sink;
    http::SeenLines seen;
    QString newest;         ///< timestamp of the newest line, as Render wrote it
    TimePoint newestTime{};
    bool simulated = false;

    void take(const http::Json& json)
    {
        LogEntry entry = logEntryFrom(json);
        if (!json.check() || !seen.add(entry.id))
            return;
        if (entry.line.time >= newestTime) {
            newestTime = entry.line.time;
            newest = json.textOr("timestamp");
        }
        if (entry.line.host.isEmpty() || entry.line.host == resource)
            entry.line.host = name;
        entry.line.simulated = simulated;
        sink(std::move(entry.line));
    }
};

QUrlQuery baseQuery(const Tail& tail)
{
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("ownerId"), tail.owner);
    query.addQueryItem(QStringLiteral("resource"), tail.resource);
    return query;
}

/// The subscription gives no past: fetches what was said since the newest line known, or the last page when none is.
Task<> fillGap(std::shared_ptr<Tail> tail, std::stop_token stop)
{
    const http::ApiClient api = tail->api;
    QString from = tail->newest;
    QString until;
    for (int page = 0; page < 100; ++page) {
        http::Request ask = http::request("GET", "/logs");
        ask.query = baseQuery(*tail);
        ask.query.addQueryItem(QStringLiteral("limit"), QStringLiteral("100"));
        ask.query.addQueryItem(QStringLiteral("direction"), from.isEmpty() ? QStringLiteral("backward") : QStringLiteral("forward"));
        if (!from.isEmpty())
            ask.query.addQueryItem(QStringLiteral("startTime"), QString::fromLatin1(QUrl::toPercentEncoding(from)));
        if (!until.isEmpty())
            ask.query.addQueryItem(QStringLiteral("endTime"), QString::fromLatin1(QUrl::toPercentEncoding(until)));
        const bool onePage = from.isEmpty();
        SY_CO_TRY(const http::Json json, co_await fetch(api, std::move(ask), stop));
        std::vector<http::Json> entries = json.listOr("logs");
        std::stable_sort(entries.begin(), entries.end(), [](const http::Json& a, const http::Json& b) { return a.textOr("timestamp") < b.textOr("timestamp"); });
        for (const http::Json& entry : entries)
            tail->take(entry);
        const bool more = json.flagOr("hasMore", false);
        const QString nextFrom = json.textOr("nextStartTime");
        const QString nextUntil = json.textOr("nextEndTime");
        SY_CO_CHECK(json.check());
        if (onePage || !more || nextFrom.isEmpty() || (nextFrom == from && nextUntil == until))
            break;
        from = nextFrom;
        until = nextUntil;
    }
    co_return Ok{};
}

class SubscribedLog final : public LogSource {
public:
    SubscribedLog(http::ApiClient api, Provider::Names names, ServiceRef ref) : m_api(std::move(api)), m_names(std::move(names)), m_ref(std::move(ref)) {}

    Task<> follow(Sink sink, std::stop_token stop) override
    {
        const http::ApiClient api = m_api;
        SY_CO_TRY(const Thing thing, co_await resolve(api, m_names, m_ref, stop));
        auto tail = std::make_shared<Tail>(Tail{api, thing.name, thing.owner, thing.id, sink, {}, {}, {}, api.options().guard.active});
        const bool simulated = tail->simulated;
        auto filling = std::make_shared<StopScope>();
        auto broken = std::make_shared<bool>(false);
        const http::ApiClient::LineSink take = [tail](QString text) {
            const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
            if (document.isObject())
                tail->take(http::Json(document.object(), QStringLiteral("Render"), QStringLiteral("GET /logs/subscribe")));
        };
        // Filled once the subscription stands, so that nothing falls between the two; ids tell doubles.
        const std::function<void()> opened = [tail, filling, broken, sink, simulated] {
            if (*broken)
                sink(http::aboutStream(QStringLiteral("render"), LogLevel::Info, QStringLiteral("The log stream is open again; the gap is being filled."), simulated));
            *broken = false;
            filling->spawn(QStringLiteral("render log gap"), fillGap(tail, filling->token()));
        };
        Milliseconds pause = api.options().reconnect;
        while (true) {
            http::Request ask = http::request("GET", "/logs/subscribe");
            ask.query = baseQuery(*tail);
            auto streaming = api.streamSocket(std::move(ask), take, opened, stop);
            const Result<http::StreamEnd> end = co_await std::move(streaming);
            SY_CO_ALIVE(stop);
            QString happened;
            if (end) {
                happened = end->why == http::StreamEnd::Why::Idle ? QStringLiteral("The log stream of Render stopped answering.")
                                                                 : QStringLiteral("Render closed the log stream.");
                pause = end->lines > 0 ? api.options().reconnect : pause;
            } else {
                if (end.error().kind == ErrorKind::Auth || end.error().kind == ErrorKind::Invalid || end.error().code == u"404")
                    co_return end.error();
                happened = end.error().happened;
            }
            sink(http::aboutStream(QStringLiteral("render"), LogLevel::Warning,
                                   happened + QStringLiteral(" It is opened again in %1.").arg(durationProse(pause)), simulated));
            *broken = true;
            SY_CO_CHECK(co_await sleepReal(pause, stop));
            pause = std::min(pause * 2, Milliseconds(30'000));
        }
    }

private:
    http::ApiClient m_api;
    Provider::Names m_names;
    ServiceRef m_ref;
};

} // namespace

std::unique_ptr<LogSource> makeLogSource(http::ApiClient api, Provider::Names names, ServiceRef ref)
{
    return std::make_unique<SubscribedLog>(std::move(api), std::move(names), std::move(ref));
}

} // namespace switchyard::render
