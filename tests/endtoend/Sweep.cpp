#include "tests/endtoend/Sweep.h"

#include <QFileInfo>
#include <QTest>

#include <csignal>

namespace switchyard::endtoend {

Sweep::Sweep() = default;

void Sweep::start(const QString& dieAt)
{
    if (dieAt.isEmpty())
        m_home.unsetVariable(QStringLiteral("SWITCHYARD_DIE_AT"));
    else
        m_home.setVariable(QStringLiteral("SWITCHYARD_DIE_AT"), dieAt);
    QStringList arguments{QStringLiteral("resume"), run()};
    if (!m_begun) {
        arguments = QStringList{QStringLiteral("rehearse"), QStringLiteral(SWITCHYARD_SOURCE_DIR "/tests/data/short-plan.yaml"), QStringLiteral("--headless"), QStringLiteral("--speed"),
                                QStringLiteral("60"), QStringLiteral("--rows"), QStringLiteral("1000"), QStringLiteral("--out"), run()};
    }
    m_begun = true;
    m_process = m_home.start(arguments << QStringLiteral("--until") << QLatin1String(lastStep));
}

Ended Sweep::take() { return Home::wait(m_process.get(), 120); }

void Sweep::killWorld()
{
    const qint64 world = readJson(run() + QStringLiteral("/world/pid.json"))[QStringLiteral("pid")].toInteger();
    if (world > 1)
        ::kill(static_cast<pid_t>(world), SIGKILL);
}

Sweep::Result Sweep::look() const
{
    Result out;
    const Outside outside(run());
    for (const QString& effect : outside.effects())
        ++out.effects[effect];
    const auto source = outside.content(QStringLiteral("source")), target = outside.content(QStringLiteral("target"));
    if (source.size() != 14)
        out.problems << QStringLiteral("%1 tables on the source").arg(source.size());
    for (const auto& [table, sum] : source) {
        const auto there = target.find(table);
        if (there == target.end() || there->second != sum)
            out.problems << QStringLiteral("%1: source %2, target %3").arg(table, QString::fromUtf8(sum), there == target.end() ? QStringLiteral("nothing") : QString::fromUtf8(there->second));
    }
    out.problems << outside.sequencesBehind(QStringLiteral("target"));
    return out;
}

QStringList Sweep::finish()
{
    QStringList problems;
    m_home.unsetVariable(QStringLiteral("SWITCHYARD_DIE_AT"));
    const Ended ended = m_home.run({QStringLiteral("resume"), run()}, 60);
    if (ended.code != 0)
        problems << QStringLiteral("the end: exit %1: %2").arg(ended.code).arg(QString::fromUtf8(ended.all()));
    const QJsonObject report = readJson(run() + QStringLiteral("/report.json"));
    if (report[QStringLiteral("seal")].toString().size() != 64 || report[QStringLiteral("visitorWrites")][QStringLiteral("missing")].toInt(-1) != 0)
        problems << QStringLiteral("the report isn't sealed, or visitors' writes are missing");
    if (QFileInfo::exists(run() + QStringLiteral("/world")))
        problems << QStringLiteral("the world's folder is still there");
    problems << m_home.leftBehind();
    return problems;
}

} // namespace switchyard::endtoend
