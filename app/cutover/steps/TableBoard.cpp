#include "app/cutover/steps/TableBoard.h"

#include <algorithm>

namespace switchyard::cutover {

namespace {

constexpr std::size_t kSamples = 600;

DatabaseView& databaseViewOf(RunContext* context, const QString& name)
{
    auto& all = context->state().databases;
    const auto it = std::find_if(all.begin(), all.end(), [&](const DatabaseView& d) { return d.name == name; });
    if (it != all.end())
        return *it;
    DatabaseView view;
    view.name = name;
    all.push_back(std::move(view));
    return all.back();
}

} // namespace

TableSink TableBoard::sink()
{
    return [self = shared_from_this()](const TableProgress& progress) { self->take(progress); };
}

void TableBoard::close()
{
    if (!m_voice)
        return;
    for (const auto& [name, progress] : m_tables) {
        if (progress.verdict == TableVerdict::Copying || progress.verdict == TableVerdict::Verifying) {
            TaskProgress task;
            task.id = m_step + u'/' + name;
            task.name = m_verb + u' ' + name;
            task.running = false;
            m_voice->progress(std::move(task));
        }
    }
    m_voice = nullptr;
}

void TableBoard::take(const TableProgress& progress)
{
    if (!m_voice)
        return;
    m_tables[progress.table] = progress;
    DatabaseView& view = databaseViewOf(c, m_database);
    const auto it = std::find_if(view.tables.begin(), view.tables.end(), [&](const TableView& t) { return t.progress.table == progress.table; });
    if (it != view.tables.end()) {
        it->progress = progress;
    } else {
        TableView table;
        table.progress = progress;
        view.tables.push_back(std::move(table));
    }
    double rate = 0;
    for (const auto& [name, p] : m_tables)
        rate += p.verdict == TableVerdict::Copying ? p.bytesPerSecond : 0;
    const TimePoint now = c->clock()->now();
    if (rate > 0 && now - m_sampled >= std::chrono::seconds(1)) {
        m_sampled = now;
        view.throughput.push_back(rate);
        if (view.throughput.size() > kSamples)
            view.throughput.erase(view.throughput.begin());
    }
    TaskProgress task;
    task.id = m_step + u'/' + progress.table;
    task.name = m_verb + u' ' + progress.table;
    task.part = progress.sourceRows.value > 0 ? std::min(1.0, static_cast<double>(progress.done.value) / static_cast<double>(progress.sourceRows.value)) : -1;
    task.amount = counted(progress.done.value, QStringLiteral("row"), QStringLiteral("rows"));
    task.running = progress.verdict == TableVerdict::Copying || progress.verdict == TableVerdict::Verifying || progress.verdict == TableVerdict::Queued;
    task.left = task.running ? QString() : QStringLiteral("done");
    if (progress.verdict != TableVerdict::Queued)
        m_voice->progress(std::move(task));
    c->touch(DatabasesChanged);
}

void showSummary(RunContext* context, const QString& database, Side side, const DatabaseSummary& summary)
{
    DatabaseView& view = databaseViewOf(context, database);
    (side == Side::Source ? view.source : view.target) = summary;
    if (side == Side::Source) {
        for (const TableSummary& t : summary.tables) {
            const auto it = std::find_if(view.tables.begin(), view.tables.end(), [&](const TableView& v) { return v.progress.table == t.name; });
            if (it != view.tables.end()) {
                it->source = t;
                continue;
            }
            TableView table;
            table.progress.table = t.name;
            table.progress.sourceRows = t.rows;
            table.source = t;
            view.tables.push_back(std::move(table));
        }
    }
    context->touch(DatabasesChanged);
}

} // namespace switchyard::cutover
