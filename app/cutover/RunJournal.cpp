#include "app/cutover/RunJournal.h"

#include "app/base/Redactor.h"

#include <csignal>

namespace switchyard::cutover {

namespace {
QJsonValue redacted(const QJsonValue& value)
{
    if (value.isString())
        return Redactor::instance().redact(value.toString());
    if (value.isArray()) {
        QJsonArray out;
        const QJsonArray in = value.toArray();
        for (const QJsonValue& v : in)
            out.append(redacted(v));
        return out;
    }
    if (value.isObject()) {
        QJsonObject out;
        const QJsonObject in = value.toObject();
        for (auto it = in.begin(); it != in.end(); ++it)
            out.insert(it.key(), redacted(it.value()));
        return out;
    }
    return value;
}
} // namespace

RunJournal::RunJournal(std::shared_ptr<JournalStore> store, Clock* clock)
    : m_store(std::move(store)), m_clock(clock), m_dieAt(qEnvironmentVariable("SWITCHYARD_DIE_AT"))
{
}

void RunJournal::dieIfAsked(EventKind kind, const QString& step, const QJsonObject& data)
{
    ++m_written;
    if (m_dieAt.isEmpty())
        return;
    const QString key = data.value(u"key").toString();
    const QString name = key.isEmpty() ? QStringLiteral("intent:") + step : QStringLiteral("intent:%1/%2").arg(step, key);
    if (m_dieAt == QStringLiteral("record:%1").arg(m_written) || (kind == EventKind::Intent && m_dieAt == name))
        ::raise(SIGKILL);
}

Result<void> RunJournal::load()
{
    SY_TRY(m_records, m_store->readAll());
    return Ok{};
}

Result<JournalRecord> RunJournal::append(EventKind kind, const QString& step, const QJsonObject& data)
{
    JournalRecord record;
    record.at = m_clock->now();
    record.wall = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
    record.kind = eventName(kind);
    record.step = step;
    record.data = redacted(data).toObject();
    auto written = m_store->append(record);
    if (!written) {
        Error error = std::move(written).error();
        if (error.kind == ErrorKind::Storage || error.happened.isEmpty()) {
            error.kind = ErrorKind::Storage;
            error.happened = QStringLiteral("The journal can't be written.");
            error.means = QStringLiteral("Nothing is sent without a record of it, so the run stands still; what was done so far is safe.");
            error.remedy = QStringLiteral("Make room on the disk of the run's folder, then continue.");
        }
        return error;
    }
    m_records.push_back(*written);
    dieIfAsked(kind, step, record.data);
    return written;
}

} // namespace switchyard::cutover
