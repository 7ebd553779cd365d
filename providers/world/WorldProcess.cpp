#include "providers/world/WorldProcess.h"

#include "app/base/Awaiters.h"
#include "app/base/Redactor.h"
#include "providers/world/Proc.h"
#include "providers/world/WorldFolder.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QProcess>

namespace switchyard::world {

namespace {
Error worldError(ErrorKind kind, const QString& happened, const QString& detail)
{
    Error error;
    error.kind = kind;
    error.happened = happened;
    error.means = QStringLiteral("The rehearsal has no world to run in.");
    error.remedy = QStringLiteral("Look at the world's log in DIR/world/world.log, or start the rehearsal again in another folder.");
    error.detail = detail;
    return error;
}

std::optional<ProcessMark> runningMark(const WorldFolder& folder)
{
    const QJsonObject saved = folder.read(QStringLiteral("pid.json"));
    const ProcessMark mark{saved[QStringLiteral("pid")].toInteger(), saved[QStringLiteral("start")].toString().toULongLong()};
    return mark.pid > 0 && mark.alive() ? std::optional(mark) : std::nullopt;
}
} // namespace

WorldProcess::WorldProcess(QString program) : m_program(std::move(program)), m_network(std::make_unique<QNetworkAccessManager>())
{
    m_network->setProxy(QNetworkProxy::NoProxy);
    m_contact.setInterval(2'000);
    QObject::connect(&m_contact, &QTimer::timeout, &m_contact, [this] {
        QNetworkRequest request(QUrl(m_controlUrl + QStringLiteral("/alive")));
        request.setRawHeader("Authorization", "Bearer " + m_controlToken.reveal());
        QNetworkReply* reply = m_network->get(request);
        QObject::connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
    });
}
WorldProcess::~WorldProcess() = default;

std::optional<WorldDoor> WorldProcess::readDoor(const QString& directory)
{
    const QJsonObject saved = WorldFolder(directory).read(QStringLiteral("door.json"));
    if (saved.isEmpty())
        return std::nullopt;
    WorldDoor door;
    const QJsonObject providers = saved[QStringLiteral("providers")].toObject();
    for (auto it = providers.begin(); it != providers.end(); ++it) {
        const QJsonObject one = it.value().toObject();
        WorldDoor::ProviderDoor& provider = door.providers[it.key()];
        provider.baseUrl = one[QStringLiteral("baseUrl")].toString();
        provider.dataUrl = one[QStringLiteral("dataUrl")].toString();
        provider.token = Secret(one[QStringLiteral("token")].toString());
        Redactor::instance().learn(provider.token);
    }
    for (const QJsonValue& value : saved[QStringLiteral("resolvers")].toArray()) {
        const QJsonObject one = value.toObject();
        door.resolvers.push_back({one[QStringLiteral("name")].toString(), one[QStringLiteral("label")].toString(), one[QStringLiteral("address")].toString(),
                                  one[QStringLiteral("authoritative")].toBool()});
    }
    for (const QJsonValue& value : saved[QStringLiteral("secrets")].toArray())
        Redactor::instance().learn(Secret(value.toString()));
    door.mailUrl = saved[QStringLiteral("mailUrl")].toString();
    door.clockFile = saved[QStringLiteral("clockFile")].toString();
    door.pid = saved[QStringLiteral("pid")].toInteger();
    return door;
}

Result<void> WorldProcess::launch(const WorldSpec& spec)
{
    const WorldFolder folder(spec.directory);
    if (!folder.isOurs()) {
        Error error = worldError(ErrorKind::Storage, QStringLiteral("%1 exists and isn't a rehearsed world.").arg(folder.path()), {});
        error.remedy = QStringLiteral("Choose another folder with --out; nothing in this one was touched.");
        return error;
    }
    // A world that was never finished can't be continued: its data would be half there.
    if (folder.exists() && !folder.isBuilt())
        folder.clear();
    SY_CHECK(folder.create());
    for (const char* stale : {"door.json", "failure.json", "pid.json"})
        folder.remove(QLatin1String(stale));
    if (!folder.isBuilt() || folder.read(QStringLiteral("spec.json")).isEmpty()) {
        SY_CHECK(folder.write(QStringLiteral("spec.json"), WorldFolder::toJson(spec)));
    }
    QProcess process;
    process.setProgram(m_program.isEmpty() ? QCoreApplication::applicationFilePath() : m_program);
    process.setArguments({QStringLiteral("world"), spec.directory});
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(folder.file(QStringLiteral("world.log")), QIODevice::Append);
    process.setStandardErrorFile(folder.file(QStringLiteral("world.log")), QIODevice::Append);
    qint64 pid = 0;
    if (!process.startDetached(&pid))
        return worldError(ErrorKind::Internal, QStringLiteral("The rehearsed world could not be started."), process.errorString());
    const auto mark = ProcessMark::of(pid);
    return folder.write(QStringLiteral("pid.json"), {{QStringLiteral("pid"), pid}, {QStringLiteral("start"), QString::number(mark ? mark->startTicks : 0)}});
}

Task<WorldDoor> WorldProcess::open(WorldSpec spec, std::stop_token stop)
{
    const WorldFolder folder(spec.directory);
    m_directory = spec.directory;
    bool launched = false;
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 120'000) {
        // Also when one that was found was just ending.
        if (!launched && !runningMark(folder)) {
            const auto started = launch(spec);
            SY_CO_CHECK(started);
            launched = true;
        }
        const QJsonObject failure = folder.read(QStringLiteral("failure.json"));
        if (!failure.isEmpty()) {
            Error error = worldError(ErrorKind::Internal, failure[QStringLiteral("happened")].toString(), failure[QStringLiteral("detail")].toString());
            if (!failure[QStringLiteral("means")].toString().isEmpty()) {
                error.means = failure[QStringLiteral("means")].toString();
                error.remedy = failure[QStringLiteral("remedy")].toString();
            }
            co_return error;
        }
        if (launched && !runningMark(folder))
            co_return worldError(ErrorKind::Internal, QStringLiteral("The rehearsed world ended while it was being set up."), folder.logTail());
        const QJsonObject saved = folder.read(QStringLiteral("door.json"));
        if (!saved.isEmpty()) {
            m_controlUrl = saved[QStringLiteral("controlUrl")].toString();
            m_controlToken = Secret(saved[QStringLiteral("controlToken")].toString());
            Redactor::instance().learn(m_controlToken);
            auto alive = co_await call("GET", QStringLiteral("/alive"), QJsonObject(), Milliseconds(3'000), stop);
            SY_CO_ALIVE(stop);
            if (alive) {
                m_contact.start();
                auto door = readDoor(spec.directory);
                if (door)
                    co_return std::move(*door);
            }
        }
        SY_CO_CHECK(co_await sleepReal(Milliseconds(60), stop));
    }
    co_return worldError(ErrorKind::Timeout, QStringLiteral("The rehearsed world was not ready within two minutes."), folder.logTail());
}

Task<QJsonObject> WorldProcess::call(QByteArray method, QString path, QJsonObject body, Milliseconds limit, std::stop_token stop)
{
    QNetworkRequest request(QUrl(m_controlUrl + path));
    request.setRawHeader("Authorization", "Bearer " + m_controlToken.reveal());
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
    const QByteArray content = method == "GET" ? QByteArray() : QJsonDocument(body).toJson(QJsonDocument::Compact);
    std::shared_ptr<QNetworkReply> reply(m_network->sendCustomRequest(request, method, content), [](QNetworkReply* r) {
        r->abort();
        r->deleteLater();
    });
    auto ended = co_await nextSignal(reply.get(), &QNetworkReply::finished, limit, stop);
    SY_CO_ALIVE(stop);
    if (!ended)
        co_return worldError(ErrorKind::Timeout, QStringLiteral("The rehearsed world doesn't answer."), ended.error().happened);
    const QJsonObject answer = QJsonDocument::fromJson(reply->readAll()).object();
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0)
        co_return worldError(ErrorKind::Network, QStringLiteral("The rehearsed world can't be reached."), reply->errorString());
    if (status >= 400) {
        Error error = worldError(status == 400 ? ErrorKind::Invalid : ErrorKind::Internal, answer[QStringLiteral("happened")].toString(),
                                 answer[QStringLiteral("detail")].toString());
        error.means = answer[QStringLiteral("means")].toString();
        error.remedy = answer[QStringLiteral("remedy")].toString();
        error.code = QString::number(status);
        co_return error;
    }
    co_return answer;
}

Task<> WorldProcess::setFault(QString fault, bool on, std::stop_token stop)
{
    QJsonObject body;
    body[QStringLiteral("fault")] = fault;
    body[QStringLiteral("on")] = on;
    SY_CO_TRY(const QJsonObject answer, co_await call("POST", QStringLiteral("/fault"), body, Milliseconds(10'000), stop));
    (void)answer;
    co_return Ok{};
}

Task<LedgerSummary> WorldProcess::checkLedger(QString side, std::stop_token stop)
{
    SY_CO_TRY(const QJsonObject answer, co_await call("GET", QStringLiteral("/ledger?side=") + side, QJsonObject(), Milliseconds(60'000), stop));
    LedgerSummary summary;
    summary.acknowledged = answer[QStringLiteral("acknowledged")].toInteger();
    summary.missing = answer[QStringLiteral("missing")].toInteger();
    for (const QJsonValue& example : answer[QStringLiteral("examples")].toArray())
        summary.examples << example.toString();
    co_return summary;
}

Task<QJsonObject> WorldProcess::figures(std::stop_token stop)
{
    return call("GET", QStringLiteral("/figures"), QJsonObject(), Milliseconds(5'000), std::move(stop));
}

Task<> WorldProcess::close(bool keep, std::stop_token stop)
{
    m_contact.stop();
    if (m_directory.isEmpty())
        co_return Ok{}; // nothing was opened
    const WorldFolder folder(m_directory);
    if (const auto mark = runningMark(folder)) {
        auto asked = co_await call("POST", QStringLiteral("/close"), QJsonObject(), Milliseconds(5'000), stop);
        SY_CO_ALIVE(stop);
        // A world that doesn't listen is told by a signal; it ends its servers then, too.
        if (!asked)
            mark->signal(15);
        auto gone = co_await waitGone(*mark, Milliseconds(20'000), stop);
        SY_CO_ALIVE(stop);
        if (!gone) {
            mark->signal(9);
            SY_CO_CHECK(co_await waitGone(*mark, Milliseconds(10'000), stop));
        }
    }
    folder.remove(QStringLiteral("door.json"));
    folder.remove(QStringLiteral("pid.json"));
    if (!keep)
        folder.clear();
    co_return Ok{};
}

} // namespace switchyard::world
