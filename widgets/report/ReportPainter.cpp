#include "widgets/report/ReportPainter.h"

#include <algorithm>
#include <cmath>

namespace switchyard::ui {

ReportPainter::ReportPainter(report::Document document, const ReportInk& ink, qreal width, bool everything) : m_document(std::move(document)), m_ink(ink), m_width(width)
{
    const report::Document& d = m_document;
    add(Kind::Headline, ink.wrapped(nullptr, {}, width * 0.88, d.headline, Style::H1, Role::Text1));
    if (!d.byline.isEmpty())
        add(Kind::Byline, ink.wrapped(nullptr, {}, width, d.byline, Style::Body, Role::Text2), 6);
    if (!d.figures.empty())
        add(Kind::Figures, ink.scaled(87) * static_cast<qreal>((static_cast<int>(d.figures.size()) + figuresInRow() - 1) / figuresInRow()), 14);
    if (d.timeline.to > d.timeline.from) {
        add(Kind::TimelineHead, ink.scaled(legendFits() ? 20 : 44), 20, nullptr, 0, true);
        add(Kind::Timeline, timeline().height(), 10);
    }
    if (!d.events.empty()) {
        add(Kind::Heading, ink.scaled(24), 16, nullptr, 0, true);
        for (std::size_t i = 0; i < d.events.size(); ++i)
            add(Kind::Event, ink.wrapped(nullptr, {}, eventWidth(), d.events[i].text, Style::Body, Role::Text1) + ink.scaled(8), i == 0 ? 6 : 0, nullptr, i);
    }
    for (const report::Table* table : {&d.tables, &d.checklist, &d.smoke, &d.settings, &d.lent, &d.calls, &d.log})
        addTable(*table);
    if (!everything)
        return;
    m_lists.resize(2);
    m_lists[0].title = QStringLiteral("Follow-ups");
    for (const report::FollowUp& f : d.followUps)
        m_lists[0].rows.push_back({f.text, f.when});
    m_lists[1].title = QStringLiteral("What to change next time");
    for (const QString& line : d.nextTime)
        m_lists[1].rows.push_back({line});
    for (const report::Table& list : m_lists)
        addTable(list);
    if (!d.seal.isEmpty())
        add(Kind::Seal, ink.scaled(40), 16);
}

void ReportPainter::add(Kind kind, qreal height, qreal gap, const report::Table* table, std::size_t index, bool withNext)
{
    m_height += gap;
    m_blocks.push_back({kind, QRectF(0, m_height, m_width, std::ceil(height)), table, index, withNext});
    m_height += std::ceil(height);
}

std::vector<qreal> ReportPainter::columns(const report::Table& table) const
{
    // As wide as its longest text, up to a share; what is missing or left over goes to the widest.
    std::size_t count = static_cast<std::size_t>(table.columns.size());
    for (const QStringList& row : table.rows)
        count = std::max(count, static_cast<std::size_t>(row.size()));
    std::vector<qreal> wide(count, 24);
    const auto measure = [&](const QStringList& row) {
        for (qsizetype i = 0; i < row.size(); ++i)
            wide[static_cast<std::size_t>(i)] = std::max(wide[static_cast<std::size_t>(i)], std::min(m_ink.width(row.at(i), Style::Small) + 16, m_width * 0.7));
    };
    measure(table.columns);
    for (std::size_t i = 0; i < std::min<std::size_t>(table.rows.size(), 300); ++i)
        measure(table.rows[i]);
    qreal sum = 0;
    for (const qreal w : wide)
        sum += w;
    const auto widest = std::max_element(wide.begin(), wide.end());
    if (widest != wide.end())
        *widest = std::max(m_width * 0.2, *widest + m_width - sum);
    qreal all = 0;
    for (const qreal w : wide)
        all += w;
    if (all > m_width) {
        for (qreal& w : wide)
            w *= m_width / all;
    }
    return wide;
}

void ReportPainter::addTable(const report::Table& table)
{
    if (table.rows.empty())
        return;
    const std::vector<qreal> wide = columns(table);
    m_columns[&table] = wide;
    add(Kind::Heading, m_ink.scaled(24), 20, &table, 0, true);
    if (!table.columns.isEmpty())
        add(Kind::Columns, m_ink.scaled(26), 2, &table, 0, true);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        qreal high = 0;
        for (qsizetype c = 0; c < table.rows[i].size(); ++c)
            high = std::max(high, m_ink.wrapped(nullptr, {}, wide[static_cast<std::size_t>(c)] - 12, table.rows[i].at(c), Style::Small, Role::Text1));
        add(Kind::Row, high + m_ink.scaled(10), 0, &table, i);
    }
}

void ReportPainter::paint(QPainter* p, const QRectF& clip) const
{
    // Blocks lie in order: a long audit paints only what is seen.
    auto it = std::lower_bound(m_blocks.begin(), m_blocks.end(), clip.top(), [](const Block& b, qreal top) { return b.box.bottom() < top; });
    for (; it != m_blocks.end() && it->box.top() <= clip.bottom(); ++it)
        paintBlock(p, *it);
}

void ReportPainter::paintBlock(QPainter* p, const Block& block) const
{
    const report::Document& d = m_document;
    const QRectF& box = block.box;
    const auto rule = [&](Role role) { p->fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), m_ink.color(role)); };
    switch (block.kind) {
    case Kind::Headline: m_ink.wrapped(p, box.topLeft(), m_width * 0.88, d.headline, Style::H1, Role::Text1); break;
    case Kind::Byline: m_ink.wrapped(p, box.topLeft(), m_width, d.byline, Style::Body, Role::Text2); break;
    case Kind::Figures: paintFigures(p, box); break;
    case Kind::TimelineHead: paintLegend(p, box); break;
    case Kind::Timeline: timeline().paint(p, box.topLeft()); break;
    case Kind::Heading: m_ink.text(p, box, block.table ? block.table->title : QStringLiteral("What happened"), Style::BodyStrong, Role::Text1); break;
    case Kind::Event: paintEvent(p, box, d.events[block.index]); break;
    case Kind::Columns:
    case Kind::Row: {
        const std::vector<qreal>& wide = m_columns.at(block.table);
        const QStringList& row = block.kind == Kind::Columns ? block.table->columns : block.table->rows[block.index];
        qreal x = box.left();
        for (qsizetype c = 0; c < row.size(); ++c) {
            const qreal w = wide[static_cast<std::size_t>(c)];
            if (block.kind == Kind::Columns)
                m_ink.text(p, QRectF(x, box.top(), w - 12, box.height()), row.at(c), Style::Label, Role::Text3);
            else
                m_ink.wrapped(p, QPointF(x, box.top() + m_ink.scaled(5)), w - 12, row.at(c), Style::Small, c == 0 ? Role::Text1 : Role::Text2);
            x += w;
        }
        rule(block.kind == Kind::Columns ? Role::Line : Role::LineSoft);
        break;
    }
    case Kind::Line: break;
    case Kind::Seal:
        m_ink.text(p, QRectF(box.left(), box.top(), box.width(), box.height() / 2), QStringLiteral("Seal, SHA-256 over %1 pieces of evidence").arg(d.evidence), Style::Label, Role::Text3);
        m_ink.text(p, QRectF(box.left(), box.top() + box.height() / 2, box.width(), box.height() / 2), d.seal, Style::ValueSmall, Role::Text1);
        break;
    }
}

void ReportPainter::paintFigures(QPainter* p, const QRectF& box) const
{
    p->save();
    p->setRenderHint(QPainter::Antialiasing);
    p->setPen(QPen(m_ink.color(Role::Line), 1));
    p->setBrush(Qt::NoBrush);
    p->drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    p->restore();
    const int columns = figuresInRow();
    const qreal wide = box.width() / columns;
    const qreal tall = m_ink.scaled(87);
    int at = 0;
    for (const report::Figure& f : m_document.figures) {
        const qreal x = box.left() + wide * (at % columns);
        const qreal y = box.top() + tall * (at / columns);
        ++at;
        if (x > box.left())
            p->fillRect(QRectF(std::round(x), y + 1, 1, tall - 2), m_ink.color(Role::LineSoft));
        else if (y > box.top())
            p->fillRect(QRectF(box.left() + 1, y, box.width() - 2, 1), m_ink.color(Role::LineSoft));
        const qreal in = wide - 24;
        const auto row = [&](qreal top, qreal high) { return QRectF(x + 16, y + m_ink.scaled(top), in, m_ink.scaled(high)); };
        m_ink.text(p, row(9, 18), f.label, Style::Label, Role::Text2);
        m_ink.text(p, row(27, 30), f.value, m_ink.width(f.value, Style::Clock) > in ? Style::H2 : Style::Clock, Role::Text1);
        m_ink.text(p, row(58, 18), f.note, Style::Small, f.good ? (&f == &m_document.figures.front() ? Role::Text2 : Role::Ok) : Role::Warn);
    }
}

bool ReportPainter::legendFits() const
{
    const qreal words = m_ink.width(QStringLiteral("TimelineSource, upMaintenanceFailedTarget, upPoint of no return"), Style::BodyStrong);
    return words + m_ink.scaled(28) * 5 + 16 < m_width;
}

void ReportPainter::paintLegend(QPainter* p, const QRectF& block) const
{
    const QRectF line(block.left(), block.top(), block.width(), m_ink.scaled(20));
    m_ink.text(p, line, QStringLiteral("Timeline"), Style::BodyStrong, Role::Text1);
    const QRectF box = legendFits() ? line : line.translated(0, m_ink.scaled(24));
    using cutover::HostState;
    qreal right = box.right();
    const auto entry = [&](const QString& words, HostState state, bool point) {
        const qreal wide = m_ink.width(words, Style::Label);
        m_ink.text(p, QRectF(right - wide, box.top(), wide + 1, box.height()), words, Style::Label, Role::Text2);
        right -= wide + m_ink.scaled(14);
        const qreal side = m_ink.scaled(10);
        const QRectF mark(right, box.center().y() - side / 2, side, side);
        if (point) {
            p->save();
            p->setRenderHint(QPainter::Antialiasing);
            p->setPen(Qt::NoPen);
            p->setBrush(m_ink.color(Role::Pnr));
            const QPointF c = mark.center();
            p->drawPolygon(QPolygonF{{c.x(), mark.top() - 1}, {mark.right() + 1, c.y()}, {c.x(), mark.bottom() + 1}, {mark.left() - 1, c.y()}});
            p->restore();
        } else {
            p->fillRect(mark, m_ink.host(state));
        }
        right -= m_ink.scaled(14);
    };
    entry(QStringLiteral("Point of no return"), HostState::Unknown, true);
    entry(QStringLiteral("Target, up"), HostState::Target, false);
    entry(QStringLiteral("Failed"), HostState::Failed, false);
    entry(QStringLiteral("Maintenance"), HostState::Maintenance, false);
    entry(QStringLiteral("Source, up"), HostState::Source, false);
}

void ReportPainter::paintEvent(QPainter* p, const QRectF& box, const cutover::EventView& event) const
{
    const auto x = [&](qreal px) { return box.left() + m_ink.scaled(px); };
    const QRectF first(box.left(), box.top(), box.width(), m_ink.scaled(28)); // what isn't wrapped stands in the first line
    m_ink.text(p, QRectF(x(0), first.top(), m_ink.scaled(70), first.height()), clockUtc(event.at), Style::Value, Role::Text3);
    m_ink.mark(p, QPointF(x(80), first.center().y()), event);
    const qreal by = box.left() + box.width() * 0.69;
    const qreal evidence = box.left() + box.width() * 0.81;
    m_ink.wrapped(p, QPointF(x(100), box.top() + m_ink.scaled(4)), eventWidth(), event.text, Style::Body, Role::Text1);
    m_ink.text(p, QRectF(by, first.top(), evidence - by - 8, first.height()), event.by, Style::Small, Role::Text2);
    m_ink.text(p, QRectF(evidence, first.top(), box.right() - evidence, first.height()), event.evidence, Style::ValueSmall, Role::Text2);
    p->fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), m_ink.color(Role::LineSoft));
}

qreal ReportPainter::eventWidth() const { return std::max(80.0, m_width * 0.69 - m_ink.scaled(100) - 12); }

int ReportPainter::figuresInRow() const
{
    const int all = static_cast<int>(m_document.figures.size());
    for (const report::Figure& f : m_document.figures) {
        const qreal need = std::max({m_ink.width(f.label, Style::Label), m_ink.width(f.note, Style::Small), m_ink.width(f.value, Style::H2)});
        if (need + 24 > m_width / all)
            return (all + 1) / 2;
    }
    return std::max(1, all);
}

int ReportPainter::eventAt(const QPointF& at) const
{
    for (const Block& block : m_blocks) {
        if (block.kind == Kind::Event && block.box.contains(at))
            return static_cast<int>(block.index);
    }
    return -1;
}

QRectF ReportPainter::eventBox(int event) const
{
    for (const Block& block : m_blocks) {
        if (block.kind == Kind::Event && static_cast<int>(block.index) == event)
            return block.box;
    }
    return {};
}

QRectF ReportPainter::timelineBox() const
{
    for (const Block& block : m_blocks) {
        if (block.kind == Kind::Timeline)
            return block.box;
    }
    return {};
}

} // namespace switchyard::ui
