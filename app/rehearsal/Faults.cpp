#include "app/rehearsal/Faults.h"

#include <algorithm>
#include <vector>

namespace switchyard::rehearsal {

namespace {
int distance(const QString& a, const QString& b)
{
    std::vector<int> row(static_cast<size_t>(b.size()) + 1);
    for (size_t j = 0; j < row.size(); ++j)
        row[j] = static_cast<int>(j);
    for (int i = 1; i <= a.size(); ++i) {
        int diagonal = std::exchange(row[0], i);
        for (int j = 1; j <= b.size(); ++j) {
            const auto at = static_cast<size_t>(j);
            const int replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[at];
            row[at] = std::min({replace, row[at] + 1, row[at - 1] + 1});
        }
    }
    return row.back();
}
} // namespace

QString FaultChoice::text() const
{
    const QString name = QLatin1String(fault->name);
    return value.isEmpty() || value == QLatin1String(fault->value) ? name : name + u'=' + value;
}

const Fault* findFault(const QString& name)
{
    const auto* found = std::find_if(allFaults.begin(), allFaults.end(), [&name](const Fault& f) { return name == QLatin1String(f.name); });
    return found == allFaults.end() ? nullptr : found;
}

QStringList faultNames()
{
    QStringList names;
    for (const Fault& fault : allFaults)
        names << QLatin1String(fault.name);
    return names;
}

Result<FaultChoice> parseFault(const QString& text)
{
    const qsizetype equals = text.indexOf(u'=');
    const QString name = (equals < 0 ? text : text.left(equals)).trimmed();
    const Fault* fault = findFault(name);
    if (!fault) {
        const QStringList names = faultNames();
        const QString nearest = *std::min_element(names.begin(), names.end(), [&name](const QString& a, const QString& b) { return distance(name, a) < distance(name, b); });
        return Error::invalid(QStringLiteral("There is no fault called \"%1\".").arg(name), QStringLiteral("The rehearsal was not started with it."),
                              QStringLiteral("The nearest name is \"%1\"; all names: %2.").arg(nearest, names.join(QStringLiteral(", "))));
    }
    FaultChoice choice{fault, QLatin1String(fault->value)};
    if (equals < 0)
        return choice;
    choice.value = text.mid(equals + 1).trimmed();
    if (*fault->value == '\0')
        return Error::invalid(QStringLiteral("The fault \"%1\" takes no value.").arg(name), {}, QStringLiteral("Write \"%1\" alone.").arg(name));
    bool whole = false;
    if (choice.value.toLongLong(&whole) < 1 || !whole)
        return Error::invalid(QStringLiteral("\"%1\" is no value for the fault \"%2\".").arg(choice.value, name), {},
                              QStringLiteral("Write a whole number of at least 1 (%1), for example \"%2=%3\".")
                                  .arg(QLatin1String(fault->unit), name, QLatin1String(fault->value)));
    return choice;
}

} // namespace switchyard::rehearsal
