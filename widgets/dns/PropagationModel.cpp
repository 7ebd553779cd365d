#include "widgets/dns/PropagationModel.h"

#include "app/dns/Propagation.h"

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {

QString secondsLeft(TimePoint until, TimePoint now)
{
    // Shown until the instant itself: the last second reads "1 s".
    const auto left = std::chrono::ceil<Seconds>(until - now).count();
    return left > 0 ? QStringLiteral("%1 s").arg(left) : QStringLiteral("0 s");
}

dns::WhoAnswers whoOf(HostState state)
{
    switch (state) {
    case HostState::Source:
    case HostState::Maintenance: return dns::WhoAnswers::Source;
    case HostState::Target: return dns::WhoAnswers::Target;
    case HostState::Failed: return dns::WhoAnswers::NoAnswer;
    case HostState::Unknown: break;
    }
    return dns::WhoAnswers::Unknown;
}

} // namespace

std::vector<ResolverLine> resolverLines(const RunState& state)
{
    std::vector<ResolverLine> lines;
    lines.reserve(state.resolvers.size());
    for (const ResolverRow& row : state.resolvers) {
        ResolverLine line;
        line.address = row.resolver.address;
        line.name = row.resolver.name.isEmpty() ? row.resolver.address : row.resolver.name;
        line.label = row.resolver.label;
        std::optional<Milliseconds> held;
        for (const ResolverCell& cell : row.cells) {
            AnswerCell out{cell.state, cell.answer, cell.expires, cell.nextAsk, {}};
            out.ttl = row.resolver.authoritative ? Seconds(0) : cell.held ? std::chrono::duration_cast<Seconds>(*cell.held) : state.ttl > Seconds(0) ? state.ttl : Seconds(60);
            held = cell.held ? cell.held : held;
            line.cells.push_back(std::move(out));
        }
        if (held)
            line.label += (line.label.isEmpty() ? QStringLiteral("holds %1") : QStringLiteral(", holds %1")).arg(*held < Seconds(600) ? QStringLiteral("%1 s").arg(held->count() / 1000) : durationProse(*held));
        lines.push_back(std::move(line));
    }
    return lines;
}

QString answerLeft(const AnswerCell& cell, TimePoint now)
{
    if (cell.state == HostState::Failed)
        return cell.nextAsk && *cell.nextAsk > now ? QStringLiteral("retry %1").arg(secondsLeft(*cell.nextAsk, now)) : QStringLiteral("retrying");
    if (cell.state == HostState::Unknown)
        return {};
    return cell.expires ? secondsLeft(*cell.expires, now) : QString();
}

QString answerWords(const AnswerCell& cell, TimePoint now)
{
    if (cell.state == HostState::Failed) // a sentence is for the tooltip; a response code fits
        return cell.answer.isEmpty() || cell.answer.contains(u' ') ? QStringLiteral("No answer") : cell.answer;
    if (cell.answer.isEmpty() || (cell.state == HostState::Unknown && cell.answer.contains(u' ')))
        return cell.nextAsk && *cell.nextAsk > now ? QStringLiteral("Asked in %1").arg(secondsLeft(*cell.nextAsk, now)) : QStringLiteral("Not asked yet");
    return cell.answer;
}

Propagation propagation(const RunState& state, TimePoint now)
{
    std::vector<dns::Answered> answers;
    QStringList silent;
    for (const ResolverRow& row : state.resolvers) {
        const QString name = row.resolver.name.isEmpty() ? row.resolver.address : row.resolver.name;
        for (const ResolverCell& cell : row.cells) {
            answers.push_back({name, cell.host, whoOf(cell.state), cell.expires, row.honest});
            if (cell.state == HostState::Failed && !silent.contains(name))
                silent << name;
        }
    }
    Propagation out;
    if (answers.empty())
        return out;
    const dns::Forecast f = dns::forecast(answers);
    out.headline = QStringLiteral("%1 of %2 answers are %3.").arg(f.target).arg(f.total).arg(state.targetTitle);
    if (state.switchedAt && f.lastOldExpires)
        out.headline += *f.lastOldExpires > now ? QStringLiteral(" Last old answer expires in `%1`").arg(durationProse(std::chrono::ceil<Seconds>(*f.lastOldExpires - now)))
                                                : QStringLiteral(" The last old answer should have expired.");
    QStringList notes;
    if (!f.stubborn.isEmpty())
        notes << QStringLiteral("%1 holds answers longer than published and isn't counted in the forecast.").arg(f.stubborn.join(QStringLiteral(", ")));
    if (!silent.isEmpty())
        notes << QStringLiteral("%1 gives no answer.").arg(silent.join(QStringLiteral(", ")));
    out.notes = notes.join(u' ');
    return out;
}

void PropagationModel::setHosts(const QStringList& hosts)
{
    if (hosts == m_hosts)
        return;
    beginResetModel();
    m_hosts = hosts;
    m_rows.clear();
    endResetModel();
}

const AnswerCell* PropagationModel::cell(const QModelIndex& at) const
{
    const ResolverLine* line = row(at);
    const auto i = static_cast<std::size_t>(at.column() - 1);
    return line && at.column() > 0 && i < line->cells.size() ? &line->cells[i] : nullptr;
}

QVariant PropagationModel::data(const QModelIndex& at, int role) const
{
    const ResolverLine* line = row(at);
    if (!line || (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole))
        return {};
    const QString resolver = line->label.isEmpty() ? line->name : QStringLiteral("%1, %2").arg(line->name, line->label);
    if (at.column() == 0)
        return role == Qt::DisplayRole ? line->name : resolver;
    const AnswerCell* answer = cell(at);
    if (!answer)
        return {};
    if (role == Qt::DisplayRole)
        return answer->answer;
    QString who = QStringLiteral("not asked yet");
    switch (whoOf(answer->state)) {
    case dns::WhoAnswers::Target: who = QStringLiteral("target"); break;
    case dns::WhoAnswers::Source: who = QStringLiteral("source"); break;
    case dns::WhoAnswers::NoAnswer: who = QStringLiteral("no answer"); break;
    case dns::WhoAnswers::Unknown: break;
    }
    QString text = QStringLiteral("%1 answers for %2: %3").arg(resolver, m_hosts.value(at.column() - 1), who);
    if (!answer->answer.isEmpty())
        text += QStringLiteral(", ") + answer->answer;
    if (answer->expires)
        text += QStringLiteral(", until %1 UTC").arg(clockUtc(*answer->expires));
    return text;
}

QVariant PropagationModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section > m_hosts.size())
        return {};
    if (role == Qt::DisplayRole)
        return section == 0 ? QStringLiteral("Resolver") : m_hosts.at(section - 1);
    if (role == RowTable::HeaderTone && section > 0)
        return static_cast<int>(Role::Text2);
    return {};
}

void ResolverDelegate::paintCell(QPainter* p, const QRectF& box, const QRectF& words, const QModelIndex& index) const
{
    const ResolverLine* line = m_model->row(index);
    if (!line)
        return;
    if (index.column() == 0) {
        const qreal top = std::floor(box.center().y() - Theme::instance().scaled(15));
        const qreal high = Theme::instance().scaled(15);
        paint::text(p, QRectF(words.left(), top, words.width(), high), line->name, Style::Value, Role::Text1, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
        paint::text(p, QRectF(words.left(), top + high - 1, words.width(), high), line->label, Style::Label, Role::Text3);
        return;
    }
    const AnswerCell* cell = m_model->cell(index);
    if (!cell)
        return;
    const TimePoint now = m_now();
    paint::AnswerTone tone = paint::AnswerTone::Unknown;
    switch (whoOf(cell->state)) {
    case dns::WhoAnswers::Target: tone = paint::AnswerTone::Target; break;
    case dns::WhoAnswers::Source: tone = paint::AnswerTone::Source; break;
    case dns::WhoAnswers::NoAnswer: tone = paint::AnswerTone::Failed; break;
    case dns::WhoAnswers::Unknown: break;
    }
    double share = 0;
    const std::optional<TimePoint> until = tone == paint::AnswerTone::Failed ? cell->nextAsk : cell->expires;
    if (until && cell->ttl > Seconds(0) && *until > now)
        share = std::chrono::duration<double>(*until - now) / std::chrono::duration<double>(tone == paint::AnswerTone::Failed ? Seconds(10) : cell->ttl);
    paint::vline(p, box.left(), box.top(), box.bottom() + 1, Role::LineSoft);
    paint::resolverCell(p, box.adjusted(1, 0, 0, 1), tone, answerWords(*cell, now), answerLeft(*cell, now), std::min(1.0, share));
}

} // namespace switchyard::ui
