#include "app/rehearsal/Launch.h"

#include "app/base/Redactor.h"
#include "app/cutover/Template.h"
#include "app/cutover/steps/Factory.h"
#include "app/cutover/steps/SmokeBoard.h"
#include "app/plan/PlanReader.h"
#include "app/plan/PlanWriter.h"
#include "app/rehearsal/RehearsalHistory.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSaveFile>
#include <QStandardPaths>

#include <algorithm>

#include <pwd.h>
#include <unistd.h>

namespace switchyard::rehearsal {

namespace {

Error storageError(const QString& what, const QString& file, const QString& why)
{
    Error error = Error::invalid(what, QStringLiteral("Nothing was started."), QStringLiteral("Choose another folder with --out, or make room there."));
    error.kind = ErrorKind::Storage;
    error.detail = file + QStringLiteral(": ") + why;
    return error;
}

Result<void> writeFile(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return storageError(QStringLiteral("%1 can't be written: %2.").arg(path, file.errorString()), path, file.errorString());
    return Ok{};
}

/// The account as the run uses it: address and throw-away token of the world.
Result<void> connectToWorld(std::vector<Account>& accounts, const WorldDoor& door)
{
    for (Account& account : accounts) {
        const auto it = door.providers.find(account.provider);
        if (it == door.providers.end()) {
            return Error::invalid(QStringLiteral("The rehearsed world has no simulator for %1.").arg(account.provider),
                                  QStringLiteral("The account %1 of the plan can't be rehearsed, so nothing was started.").arg(account.name),
                                  QStringLiteral("Take the account out of the plan, or rehearse a plan of the providers that are simulated."));
        }
        account.baseUrl = it->second.baseUrl;
        account.dataUrl = it->second.dataUrl;
        account.token = it->second.token;
    }
    return Ok{};
}

/// The plan's resolvers, else five public ones that answer everybody.
std::vector<ResolverAddress> liveResolvers(const plan::Plan& plan)
{
    static const std::vector<ResolverAddress> common{
        {QStringLiteral("1.1.1.1"), QStringLiteral("Cloudflare"), QStringLiteral("1.1.1.1"), false}, {QStringLiteral("8.8.8.8"), QStringLiteral("Google"), QStringLiteral("8.8.8.8"), false},
        {QStringLiteral("9.9.9.9"), QStringLiteral("Quad9"), QStringLiteral("9.9.9.9"), false},
        {QStringLiteral("208.67.222.222"), QStringLiteral("OpenDNS"), QStringLiteral("208.67.222.222"), false},
        {QStringLiteral("84.200.69.80"), QStringLiteral("DNS.WATCH"), QStringLiteral("84.200.69.80"), false}};
    if (plan.resolvers.isEmpty())
        return common;
    std::vector<ResolverAddress> out;
    for (const QString& address : plan.resolvers) {
        const auto known = std::find_if(common.begin(), common.end(), [&](const ResolverAddress& r) { return r.address == address; });
        out.push_back(known != common.end() ? *known : ResolverAddress{address, QStringLiteral("From the plan"), address, false});
    }
    return out;
}

Task<> fetchTokens(Services* services, std::vector<Account>* accounts, std::stop_token stop)
{
    for (Account& account : *accounts) {
        SY_CO_TRY(account.token, co_await tokenOf(services, account, stop));
        SY_CO_ALIVE(stop);
    }
    co_return Ok{};
}

} // namespace

Task<Secret> tokenOf(Services* services, Account account, std::stop_token stop)
{
    const QString entry = account.keyring.isEmpty() ? account.name : account.keyring;
    auto reading = services->secrets->read(entry, stop);
    Result<Secret> kept = co_await std::move(reading);
    SY_CO_ALIVE(stop);
    if (kept)
        co_return std::move(kept).value();
    QString variable = QStringLiteral("SWITCHYARD_TOKEN_") + account.name.toUpper();
    variable.replace(QRegularExpression(QStringLiteral("[^A-Z0-9_]")), QStringLiteral("_"));
    const QByteArray given = qgetenv(variable.toLatin1().constData());
    if (!given.isEmpty())
        co_return Secret(given);
    Error error = std::move(kept).error();
    error.happened = QStringLiteral("There is no token for the account %1. ").arg(account.name) + error.happened;
    error.means = QStringLiteral("Nothing of %1 can be read or changed.").arg(account.provider);
    error.remedy = QStringLiteral("Put the token into the keyring under \"%1\" with New plan, or give it in the environment variable %2.").arg(entry, variable);
    co_return error;
}

QString operatorName()
{
    const passwd* entry = ::getpwuid(::getuid());
    if (!entry)
        return QStringLiteral("operator");
    const QString full = QString::fromLocal8Bit(entry->pw_gecos).section(u',', 0, 0).trimmed();
    return full.isEmpty() ? QString::fromLocal8Bit(entry->pw_name) : full;
}

QString initialsOf(const QString& name)
{
    const QStringList words = name.split(u' ', Qt::SkipEmptyParts);
    if (words.isEmpty())
        return QStringLiteral("OP");
    const QString last = words.size() > 1 ? words.last().left(1) : words.first().mid(1, 1);
    return (words.first().left(1) + last).toUpper();
}

QString newRunDirectory(const QString& planName)
{
    const QString root = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/switchyard/runs/");
    const QString stamp = isoUtc(SystemClock().now()).left(19).remove(u'-').remove(u':');
    QString name = root + planName + u'-' + stamp;
    for (int i = 2; QDir(name).exists(); ++i)
        name = root + planName + u'-' + stamp + u'-' + QString::number(i);
    return name;
}

Result<void> saveRequest(const LaunchRequest& request)
{
    if (!QDir().mkpath(request.directory))
        return storageError(QStringLiteral("The folder %1 can't be made.").arg(request.directory), request.directory, {});
    QFile::setPermissions(request.directory, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    const QJsonObject o{{QStringLiteral("plan"), QStringLiteral("plan.yaml")}, {QStringLiteral("rehearsal"), request.rehearsal}, {QStringLiteral("headless"), request.headless},
                        {QStringLiteral("speed"), request.speed}, {QStringLiteral("rows"), request.rows}, {QStringLiteral("faults"), QJsonArray::fromStringList(request.faults)},
                        {QStringLiteral("operator"), request.operatorName}};
    SY_CHECK(writeFile(request.directory + QStringLiteral("/plan.yaml"), plan::writePlan(request.plan)));
    return writeFile(request.directory + QStringLiteral("/run.json"), QJsonDocument(o).toJson());
}

Result<LaunchRequest> loadRequest(const QString& directory)
{
    QFile file(directory + QStringLiteral("/run.json"));
    if (!file.open(QIODevice::ReadOnly)) {
        Error error = Error::invalid(QStringLiteral("%1 holds no run.").arg(directory), QStringLiteral("There is nothing to resume there."),
                                     QStringLiteral("Give the folder that the run named when it started."));
        error.kind = ErrorKind::Storage;
        error.detail = file.errorString();
        return error;
    }
    const QJsonObject o = QJsonDocument::fromJson(file.readAll()).object();
    LaunchRequest request;
    SY_TRY(request.plan, plan::loadPlan(directory + u'/' + o.value(QLatin1String("plan")).toString(QStringLiteral("plan.yaml"))));
    request.directory = directory;
    request.rehearsal = o.value(QLatin1String("rehearsal")).toBool(true);
    request.headless = o.value(QLatin1String("headless")).toBool();
    request.speed = o.value(QLatin1String("speed")).toDouble(1);
    request.rows = o.value(QLatin1String("rows")).toInteger(200'000);
    for (const QJsonValue& fault : o.value(QLatin1String("faults")).toArray())
        request.faults << fault.toString();
    request.operatorName = o.value(QLatin1String("operator")).toString(operatorName());
    return request;
}

Task<std::shared_ptr<LaunchedRun>> launch(Services* services, LaunchRequest request, std::stop_token stop)
{
    auto run = std::make_shared<LaunchedRun>();
    request.directory = QDir(request.directory).absolutePath();
    if (request.operatorName.isEmpty())
        request.operatorName = operatorName();
    SY_CO_CHECK(saveRequest(request));
    std::vector<Account> accounts = request.plan.accounts;
    RunServices outside;
    if (request.rehearsal) {
        run->world = services->makeWorld();
        WorldSpec spec;
        spec.directory = request.directory;
        spec.rows = request.rows;
        spec.speed = request.speed;
        spec.faults = request.faults;
        auto opening = run->world->open(spec, stop);
        SY_CO_TRY(WorldDoor door, co_await std::move(opening));
        SY_CO_ALIVE(stop);
        SY_CO_CHECK(connectToWorld(accounts, door));
        run->clock = std::make_shared<ScaledClock>(door.clockFile);
        SY_CO_TRY(outside, services->rehearsalServices(accounts, request.plan.dns.account, door, run->world.get(), run->clock, request.speed, request.directory));
    } else {
        auto fetching = fetchTokens(services, &accounts, stop);
        SY_CO_CHECK(co_await std::move(fetching));
        SY_CO_ALIVE(stop);
        SY_CO_TRY(outside, services->liveServices(accounts, request.plan.dns.account, liveResolvers(request.plan), request.directory));
    }
    for (const Account& account : accounts)
        Redactor::instance().learn(account.token);

    cutover::ConductorOptions options;
    options.headless = request.headless;
    options.speed = request.speed;
    options.operatorName = request.operatorName;
    options.operatorInitials = initialsOf(request.operatorName);
    options.untilStep = request.untilStep;
    options.directory = request.directory;
    options.keyring = services->secrets ? services->secrets->status() : QString();
    options.runSmoke = &cutover::runSmokeNow;
    options.rehearsalNumber = RehearsalHistory::load().count(request.plan.name) + 1;
    plan::Plan plan = request.plan;
    plan.steps = cutover::effectiveSteps(plan);
    run->request = std::move(request);
    run->clientLog = outside.clientLog;
    const bool simulated = run->request.rehearsal;
    SY_CO_TRY(run->controller, cutover::Conductor::open(std::move(plan), std::move(outside), cutover::makeActionFactory(), std::move(options)));
    cutover::RunContext* context = &run->controller->context();
    *run->clientLog = [context, simulated](LogLine line) {
        line.simulated = simulated;
        // The clients stamp with the wall clock; a log has one time.
        line.time = context->clock()->now();
        context->log(std::move(line));
    };
    run->resumed = run->controller->records().size() > 0;
    co_return run;
}

Task<> land(std::shared_ptr<LaunchedRun> run, std::stop_token stop)
{
    const cutover::RunPhase phase = run->controller->state().phase;
    const bool over = phase == cutover::RunPhase::Complete || phase == cutover::RunPhase::RolledBack;
    *run->clientLog = {};
    run->controller.reset();
    if (run->world && over) {
        auto closing = run->world->close(false, stop);
        SY_CO_CHECK(co_await std::move(closing));
    }
    co_return Ok{};
}

} // namespace switchyard::rehearsal
