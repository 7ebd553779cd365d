#include "providers/simulator/Simulator.h"

#include "app/base/Log.h"
#include "app/base/Redactor.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPointer>
#include <QRandomGenerator>
#include <QSaveFile>
#include <QUuid>

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace switchyard::simulator {

struct Simulator::Fault {
    QString name;
    QJsonValue value;

    [[nodiscard]] QString verb() const { return name.section(u':', 0, 0); }
    [[nodiscard]] bool isGeneric() const
    {
        static const QStringList verbs{QStringLiteral("rate-limit"), QStringLiteral("server-error"), QStringLiteral("unauthorized"),
            QStringLiteral("timeout"), QStringLiteral("reset"), QStringLiteral("truncate"), QStringLiteral("slow")};
        return verbs.contains(verb());
    }
    [[nodiscard]] QJsonObject options() const { return value.toObject(); }
    [[nodiscard]] bool isAfter() const
    {
        const QString when = options().value(QLatin1String("when")).toString();
        return when.isEmpty() ? verb() == QLatin1String("truncate") : when == QLatin1String("after");
    }
    [[nodiscard]] bool matches(const Request& request) const
    {
        const QJsonObject what = options();
        const QString method = what.value(QLatin1String("method")).toString();
        if (!method.isEmpty() && method.compare(QString::fromLatin1(request.method), Qt::CaseInsensitive) != 0)
            return false;
        const QString path = what.value(QLatin1String("path")).toString();
        if (path.size() > 1 && path.startsWith(u'*') && path.endsWith(u'*'))
            return request.path.contains(path.mid(1, path.size() - 2));
        return request.path.startsWith(path);
    }
};

struct Simulator::Log {
    QFile file;
    std::vector<LoggedRequest> lines; ///< only without a folder
};

namespace {

QJsonObject toJson(const Simulator::LoggedRequest& line)
{
    QJsonObject object{{QStringLiteral("time"), isoUtc(line.time)}, {QStringLiteral("request_id"), line.requestId},
        {QStringLiteral("method"), QString::fromLatin1(line.method)}, {QStringLiteral("path"), line.path},
        {QStringLiteral("status"), line.status}};
    const auto optional = [&](const QString& key, const QString& value) {
        if (!value.isEmpty())
            object.insert(key, value);
    };
    optional(QStringLiteral("route"), line.route);
    optional(QStringLiteral("body_sha256"), line.bodySha256);
    optional(QStringLiteral("idempotency_key"), line.idempotencyKey);
    optional(QStringLiteral("fault"), line.fault);
    return object;
}

Simulator::LoggedRequest fromJson(const QJsonObject& object)
{
    const auto text = [&](const char* key) { return object.value(QLatin1String(key)).toString(); };
    return {fromIsoUtc(text("time")), text("request_id"), text("method").toLatin1(), text("path"), text("route"),
        object.value(QLatin1String("status")).toInt(), text("body_sha256"), text("idempotency_key"), text("fault")};
}

void syncFolder(const QString& folder)
{
    const int fd = ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        ::fsync(fd);
        ::close(fd);
    }
}

} // namespace

Simulator::Simulator(QString name, Clock* clock, QString folder, QObject* parent)
    : QObject(parent)
    , m_name(std::move(name))
    , m_clock(clock)
    , m_folder(std::move(folder))
    , m_log(std::make_unique<Log>())
{
}

Simulator::~Simulator() = default;

AsyncHandler Simulator::handler()
{
    return [this](Request request, Reply reply) { handle(std::move(request), std::move(reply)); };
}

void Simulator::addToken(const QByteArray& token)
{
    Redactor::instance().learn(Secret(token));
    m_tokens.insert(token);
}

void Simulator::handle(Request request, Reply reply)
{
    request.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    request.route = m_router.patternOf(request);
    ++m_inRequest; // one write for all that the route changes; a route that answers later is no longer "inside"
    pass(std::move(request), std::move(reply));
    if (--m_inRequest == 0 && m_dirty)
        write();
}

void Simulator::pass(Request request, Reply reply)
{
    int delay = 0;
    QString applied;
    if (Fault* fault = matching(request, false)) {
        const QString verb = fault->verb();
        const QJsonObject options = fault->options();
        use(fault);
        applied = verb;
        Response response;
        if (verb == QLatin1String("slow")) {
            delay = options.value(QLatin1String("delayMs")).toInt(2000);
        } else {
            if (verb == QLatin1String("timeout"))
                response.abort = Abort::Hang;
            else if (verb == QLatin1String("reset"))
                response.abort = Abort::Reset;
            else {
                const int usual = verb == QLatin1String("rate-limit") ? 429 : verb == QLatin1String("unauthorized") ? 401 : 500;
                response = faultResponse(verb, options.value(QLatin1String("status")).toInt(usual), request);
            }
            finish(request, std::move(response), applied, reply);
            return;
        }
    }
    std::optional<Response> refused = authorize(request);
    if (!refused)
        refused = limit(request);
    if (refused) {
        refused->delayMs += delay;
        finish(request, std::move(*refused), applied, reply);
        return;
    }
    const QPointer<Simulator> self(this);
    m_router.handle(request, [self, request, applied, delay, reply](Response response) {
        if (!self)
            return;
        QString verb = applied;
        response.delayMs += delay;
        if (Fault* fault = self->matching(request, true)) {
            verb = fault->verb();
            const QJsonObject options = fault->options();
            self->use(fault);
            if (verb == QLatin1String("truncate"))
                response.abort = Abort::Truncate;
            else if (verb == QLatin1String("timeout"))
                response.abort = Abort::Hang;
            else if (verb == QLatin1String("reset"))
                response.abort = Abort::Reset;
            else if (verb == QLatin1String("slow"))
                response.delayMs += options.value(QLatin1String("delayMs")).toInt(2000);
            else
                response = self->faultResponse(verb, options.value(QLatin1String("status")).toInt(500), request);
        }
        self->finish(request, std::move(response), verb, reply);
    });
}

void Simulator::finish(const Request& request, Response response, const QString& fault, const Reply& reply)
{
    if (m_dirty)
        write();
    decorate(request, response);
    LoggedRequest line;
    line.time = m_clock->now();
    line.requestId = request.id;
    line.method = request.method;
    line.path = Redactor::instance().redact(QString::fromUtf8(request.target));
    line.route = request.route;
    line.status = response.abort == Abort::None || response.abort == Abort::Truncate ? response.status : 0;
    if (!request.body.isEmpty())
        line.bodySha256 = QString::fromLatin1(QCryptographicHash::hash(request.body, QCryptographicHash::Sha256).toHex());
    line.idempotencyKey = QString::fromUtf8(request.header("Idempotency-Key"));
    line.fault = fault;
    if (m_folder.isEmpty()) {
        m_log->lines.push_back(std::move(line));
    } else if (m_log->file.isOpen()) {
        m_log->file.write(QJsonDocument(toJson(line)).toJson(QJsonDocument::Compact) + '\n');
        m_log->file.flush();
    }
    reply(std::move(response));
}

std::optional<Response> Simulator::authorize(const Request& request)
{
    if (m_tokens.isEmpty() || m_tokens.contains(request.bearer()) || m_tokens.contains(request.basicPassword()))
        return std::nullopt;
    return faultResponse(QStringLiteral("unauthorized"), 401, request);
}

std::optional<Response> Simulator::limit(const Request&)
{
    return std::nullopt;
}

Response Simulator::faultResponse(const QString& verb, int status, const Request&) const
{
    Response response = Response::json(status, QJsonObject{{QStringLiteral("message"), verb}});
    if (status == 429)
        response.headers.set("Retry-After", "1");
    return response;
}

void Simulator::decorate(const Request& request, Response& response) const
{
    if (!response.headers.has("Request-Id"))
        response.headers.set("Request-Id", request.id.toLatin1());
}

void Simulator::setFault(const QString& name, const QJsonValue& value, bool on)
{
    std::erase_if(m_faults, [&](const auto& fault) { return fault->name == name; });
    if (on) {
        m_faults.push_back(std::make_unique<Fault>());
        m_faults.back()->name = name;
        m_faults.back()->value = value;
    }
    changed();
}

std::optional<QJsonValue> Simulator::fault(const QString& name) const
{
    for (const auto& candidate : m_faults) {
        if (candidate->name == name)
            return candidate->value;
    }
    return std::nullopt;
}

std::optional<QJsonValue> Simulator::takeFault(const QString& name, const Request& request)
{
    for (const auto& candidate : m_faults) {
        if (candidate->name == name && candidate->matches(request)) {
            const QJsonValue value = candidate->value;
            use(candidate.get());
            return value;
        }
    }
    return std::nullopt;
}

Simulator::Fault* Simulator::matching(const Request& request, bool after)
{
    for (const auto& candidate : m_faults) {
        if (candidate->isGeneric() && candidate->isAfter() == after && candidate->matches(request))
            return candidate.get();
    }
    return nullptr;
}

void Simulator::use(Fault* fault)
{
    QJsonObject options = fault->options();
    const QJsonValue count = options.value(QLatin1String("count"));
    if (!count.isDouble())
        return;
    if (count.toInt() <= 1) {
        std::erase_if(m_faults, [&](const auto& candidate) { return candidate.get() == fault; });
    } else {
        options.insert(QStringLiteral("count"), count.toInt() - 1);
        fault->value = options;
    }
    changed();
}

void Simulator::changed()
{
    m_dirty = true;
    if (m_inRequest == 0)
        write();
}

void Simulator::write()
{
    m_dirty = false;
    if (m_folder.isEmpty())
        return;
    QJsonArray faults;
    for (const auto& candidate : m_faults)
        faults.append(QJsonObject{{QStringLiteral("name"), candidate->name}, {QStringLiteral("value"), candidate->value}});
    const QJsonObject all{{QStringLiteral("state"), save()}, {QStringLiteral("faults"), faults}};
    QSaveFile file(m_folder + QStringLiteral("/state.json")); // commit() syncs the file before it renames it
    if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(all).toJson(QJsonDocument::Compact)) < 0 || !file.commit()) {
        logError("simulator", m_name + QStringLiteral(": the state could not be written: ") + file.errorString());
        return;
    }
    syncFolder(m_folder);
}

void Simulator::load()
{
    if (m_folder.isEmpty())
        return;
    QDir().mkpath(m_folder);
    QFile::setPermissions(m_folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    QFile state(m_folder + QStringLiteral("/state.json"));
    if (state.open(QIODevice::ReadOnly)) {
        const QJsonObject all = QJsonDocument::fromJson(state.readAll()).object();
        m_faults.clear();
        const QJsonArray faults = all.value(QLatin1String("faults")).toArray();
        for (const QJsonValue& value : faults) {
            m_faults.push_back(std::make_unique<Fault>());
            m_faults.back()->name = value.toObject().value(QLatin1String("name")).toString();
            m_faults.back()->value = value.toObject().value(QLatin1String("value"));
        }
        restore(all.value(QLatin1String("state")).toObject());
    }
    m_log->file.setFileName(m_folder + QStringLiteral("/requests.jsonl"));
    if (!m_log->file.open(QIODevice::WriteOnly | QIODevice::Append))
        logError("simulator", m_name + QStringLiteral(": the request log could not be opened: ") + m_log->file.errorString());
}

std::vector<Simulator::LoggedRequest> Simulator::requestLog() const
{
    if (m_folder.isEmpty())
        return m_log->lines;
    std::vector<LoggedRequest> lines;
    QFile file(m_folder + QStringLiteral("/requests.jsonl"));
    if (!file.open(QIODevice::ReadOnly))
        return lines;
    while (!file.atEnd()) {
        const QJsonDocument document = QJsonDocument::fromJson(file.readLine());
        if (document.isObject()) // a line that a kill cut off is none
            lines.push_back(fromJson(document.object()));
    }
    return lines;
}

QString randomHexId(int digits)
{
    static const char alphabet[] = "0123456789abcdef";
    QString id;
    id.reserve(digits);
    for (int i = 0; i < digits; ++i)
        id.append(QLatin1Char(alphabet[QRandomGenerator::system()->bounded(16)]));
    return id;
}

} // namespace switchyard::simulator
