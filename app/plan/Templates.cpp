#include "app/plan/Templates.h"

#include "app/plan/PlanReader.h"

#include <QDir>
#include <QFile>

// Outside every namespace: the macro declares a function of the generated file.
static void initPlanResources() { Q_INIT_RESOURCE(plans); }

namespace switchyard::plan {

QStringList templateNames()
{
    initPlanResources();
    QStringList names;
    for (const QString& file : QDir(QStringLiteral(":/plans")).entryList({QStringLiteral("*.yaml")}, QDir::Files, QDir::Name))
        names << file.chopped(5);
    return names;
}

QByteArray templateText(const QString& name)
{
    if (!templateNames().contains(name))
        return {};
    QFile file(QStringLiteral(":/plans/%1.yaml").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Result<Plan> loadTemplate(const QString& name)
{
    const QByteArray text = templateText(name);
    if (text.isEmpty())
        return Error::invalid(QStringLiteral("There is no template \"%1\".").arg(name), QStringLiteral("Nothing was opened."),
                              QStringLiteral("Use one of: %1.").arg(templateNames().join(QStringLiteral(", "))));
    return parsePlan(text, name + QStringLiteral(".yaml"));
}

} // namespace switchyard::plan
