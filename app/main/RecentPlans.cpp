#include "app/main/RecentPlans.h"

#include "app/cutover/Template.h"
#include "app/plan/PlanReader.h"
#include "app/plan/Templates.h"
#include "app/rehearsal/RehearsalHistory.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QSaveFile>
#include <QStandardPaths>

#include <map>

namespace switchyard {

namespace {

QString indexFile() { return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/switchyard/recent.json"); }

QJsonArray readIndex()
{
    QFile file(indexFile());
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).array() : QJsonArray();
}

QStringList monograms(const QStringList& providers)
{
    static const std::map<QString, QString> known{{QStringLiteral("heroku"), QStringLiteral("He")}, {QStringLiteral("netlify"), QStringLiteral("Nl")},
                                                  {QStringLiteral("render"), QStringLiteral("Rd")}, {QStringLiteral("cloudflare"), QStringLiteral("Cf")}};
    QStringList out;
    for (const QString& provider : providers) {
        const auto it = known.find(provider);
        out << (it == known.end() ? provider.left(1).toUpper() + provider.mid(1, 1) : it->second);
    }
    return out;
}

QString dateText(qint64 ms)
{
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(ms);
    if (at.date() == QDate::currentDate())
        return QStringLiteral("Today ") + at.toString(QStringLiteral("HH:mm"));
    return QLocale(QLocale::English).toString(at, QStringLiteral("ddd d MMM"));
}

/// A run that stopped half way has a journal and no report.
bool unfinished(const QString& directory)
{
    return !directory.isEmpty() && QFileInfo::exists(directory + QStringLiteral("/run.json")) && QFileInfo::exists(directory + QStringLiteral("/world"));
}

void describe(const plan::Plan& plan, const rehearsal::RehearsalHistory& history, ui::RecentPlan* row)
{
    row->name = plan.name;
    row->title = plan.sideTitle(Side::Source) + QStringLiteral(" to ") + plan.sideTitle(Side::Target);
    row->source = monograms(plan.sideProviders(Side::Source));
    row->target = monograms(plan.sideProviders(Side::Target));
    row->rehearsals = history.count(plan.name);
    if (unfinished(row->runDirectory)) {
        row->state = QStringLiteral("Not finished");
        row->tone = ui::ChipTone::Warn;
        row->icon = QStringLiteral("caution");
    } else if (row->rehearsals > 0) {
        row->state = row->rehearsals == 1 ? QStringLiteral("Rehearsed once") : QStringLiteral("Rehearsed %1 times").arg(row->rehearsals);
        row->tone = ui::ChipTone::Mode;
        row->icon = QStringLiteral("rehearsal");
        row->runDirectory.clear();
    } else {
        row->state = QStringLiteral("New");
        row->tone = ui::ChipTone::Neutral;
        row->runDirectory.clear();
    }
}

} // namespace

void rememberPlan(const QString& file, const QString& planName, const QString& runDirectory)
{
    QJsonArray kept;
    kept.append(QJsonObject{{QStringLiteral("file"), file}, {QStringLiteral("name"), planName}, {QStringLiteral("run"), runDirectory},
                            {QStringLiteral("at"), QDateTime::currentMSecsSinceEpoch()}});
    for (const QJsonValue& value : readIndex()) {
        if (value.toObject().value(QLatin1String("file")).toString() != file && kept.size() < 40)
            kept.append(value);
    }
    QFileInfo(indexFile()).dir().mkpath(QStringLiteral("."));
    QSaveFile out(indexFile());
    if (out.open(QIODevice::WriteOnly)) {
        out.write(QJsonDocument(kept).toJson());
        out.commit();
    }
}

ui::WelcomeData welcomeData(const QString& keyringStatus)
{
    ui::WelcomeData data;
    data.version = QStringLiteral(SWITCHYARD_VERSION);
    data.keyring = keyringStatus;
    const rehearsal::RehearsalHistory history = rehearsal::RehearsalHistory::load();
    for (const QString& id : plan::templateNames()) {
        const Result<plan::Plan> plan = plan::loadTemplate(id);
        if (!plan)
            continue;
        ui::TemplateInfo info;
        info.id = id;
        info.title = plan->sideTitle(Side::Source) + QStringLiteral(" to ") + plan->sideTitle(Side::Target);
        info.text = QStringLiteral("Postgres, Redis, worker, domains, certificates");
        info.source = monograms(plan->sideProviders(Side::Source));
        info.target = monograms(plan->sideProviders(Side::Target));
        info.steps = static_cast<int>(cutover::effectiveSteps(*plan).size());
        info.downtime = QStringLiteral("up to %1 min down").arg(std::chrono::duration_cast<std::chrono::minutes>(plan->downtimeBudget).count());
        info.rehearsals = history.count(plan->name);
        data.templates.push_back(std::move(info));
    }
    for (const QJsonValue& value : readIndex()) {
        const QJsonObject o = value.toObject();
        ui::RecentPlan row;
        row.file = o.value(QLatin1String("file")).toString();
        row.name = o.value(QLatin1String("name")).toString();
        row.runDirectory = o.value(QLatin1String("run")).toString();
        row.date = dateText(o.value(QLatin1String("at")).toInteger());
        Result<plan::Plan> plan = plan::templateNames().contains(row.file) ? plan::loadTemplate(row.file) : plan::loadPlan(row.file);
        if (plan)
            describe(*plan, history, &row);
        else
            row.problem = QStringLiteral("Can't read this plan. ") + plan.error().happened;
        data.plans.push_back(std::move(row));
    }
    return data;
}

} // namespace switchyard
