#include "widgets/environments/Inspector.h"

#include <QScrollArea>
#include <QUrl>

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {

QStringList itemsOf(const QString& text)
{
    QStringList items;
    for (const QString& item : text.split(u',', Qt::SkipEmptyParts)) {
        if (!item.trimmed().isEmpty())
            items << item.trimmed();
    }
    return items;
}

bool isUrl(const QString& text)
{
    const QUrl url(text);
    return text.contains(QLatin1String("://")) && !url.scheme().isEmpty() && !url.host().isEmpty();
}

} // namespace

Comparison compareByType(const SettingRow& row)
{
    Comparison c;
    const bool both = row.source.set && row.target.set;
    if (row.secret) {
        const bool same = both && !row.source.fingerprint.isEmpty() && row.source.fingerprint == row.target.fingerprint;
        c.caption = same ? QStringLiteral("Equal by fingerprint") : both ? QStringLiteral("Compared by fingerprint") : QStringLiteral("Hidden");
        c.lines.push_back({QStringLiteral("Source"), shownValue(row.source, true), {}, row.source.set, false, false});
        c.lines.push_back({QStringLiteral("Target"), shownValue(row.target, true), {}, false, row.target.set, false});
        return c;
    }
    const QString source = row.source.text;
    const QString target = row.target.text;
    if (source.contains(u',') || target.contains(u',')) {
        c.caption = QStringLiteral("Compared as a list");
        const QStringList left = itemsOf(source);
        const QStringList right = itemsOf(target);
        QStringList all = left + right;
        all.removeDuplicates();
        int number = 0;
        for (const QString& item : all)
            c.lines.push_back({QString::number(++number), item, {}, left.contains(item), right.contains(item), true});
        return c;
    }
    if (both && isUrl(source) && isUrl(target)) {
        c.caption = QStringLiteral("Compared by part of the URL");
        const QUrl left(source);
        const QUrl right(target);
        const auto part = [&](const char* name, const QString& a, const QString& b) {
            if (!a.isEmpty() || !b.isEmpty())
                c.lines.push_back({QString::fromLatin1(name), a.isEmpty() ? QStringLiteral("none") : a, a == b ? QString() : b.isEmpty() ? QStringLiteral("none") : b, true, a == b, true});
        };
        const auto port = [](const QUrl& url) { return url.port() < 0 ? QString() : QString::number(url.port()); };
        part("Scheme", left.scheme(), right.scheme());
        part("Host", left.host(), right.host());
        part("Port", port(left), port(right));
        part("Path", left.path(), right.path());
        part("Query", left.query(), right.query());
        return c;
    }
    c.caption = QStringLiteral("Compared as text");
    c.lines.push_back({QStringLiteral("Source"), shownValue(row.source, false), {}, row.source.set, false, false});
    c.lines.push_back({QStringLiteral("Target"), shownValue(row.target, false), {}, false, row.target.set, false});
    return c;
}

CompareList::CompareList(QWidget* parent) : PaintedWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    onTheme(this, [this] { updateGeometry(); });
}

void CompareList::setComparison(const Comparison& comparison)
{
    if (comparison.caption == m_comparison.caption && comparison.lines == m_comparison.lines)
        return;
    m_comparison = comparison;
    updateGeometry();
    update();
    QStringList all;
    for (const Comparison::Line& line : m_comparison.lines)
        all << line.name + QStringLiteral(": ") + line.text + (line.other.isEmpty() ? QString() : QStringLiteral(" → ") + line.other);
    setToolTip(all.join(u'\n'));
}

int CompareList::rowPx() const { return Theme::instance().scaled(26); }
int CompareList::heightOf(const Comparison::Line& line) const { return line.other.isEmpty() ? rowPx() : rowPx() + Theme::instance().scaled(16); }

QSize CompareList::sizeHint() const
{
    int height = 2;
    for (const Comparison::Line& line : m_comparison.lines)
        height += heightOf(line);
    return {200, height};
}

QString CompareList::spokenValue() const
{
    QStringList parts;
    for (const Comparison::Line& line : m_comparison.lines) {
        const QString who = !line.marks ? QString() : line.inSource && line.inTarget ? QStringLiteral(", on both sides") : line.inSource ? QStringLiteral(", source only") : QStringLiteral(", target only");
        parts << QStringLiteral("%1: %2%3").arg(line.name, line.text, line.other.isEmpty() ? who : QStringLiteral(", target ") + line.other);
    }
    return parts.join(QStringLiteral(". "));
}

void CompareList::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const Theme& t = Theme::instance();
    paint::box(&p, QRectF(rect()), t.color(Role::Inset), t.color(Role::Line), 4);
    qreal names = 0;
    for (const Comparison::Line& line : m_comparison.lines)
        names = std::max(names, paint::textWidth(line.name, Style::Label));
    const int mark = t.scaled(20);
    int y = 1;
    for (const Comparison::Line& line : m_comparison.lines) {
        const int high = heightOf(line);
        const QRectF row(8, y, width() - 16, high);
        const bool apart = line.marks && line.inSource != line.inTarget;
        if (apart)
            p.fillRect(QRectF(1, y, width() - 2, high), t.tint(Role::Warn));
        const QRectF first(row.left(), y, row.width(), rowPx());
        paint::text(&p, QRectF(first.left(), y, names + 1, rowPx()), line.name, Style::Label, Role::Text3);
        const qreal left = first.left() + names + 10;
        const qreal right = line.marks ? row.right() - 2 * mark : row.right();
        paint::text(&p, QRectF(left, y, right - left - 4, rowPx()), line.text, Style::Value, apart ? Role::Text1 : Role::Text2, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
        if (!line.other.isEmpty())
            paint::text(&p, QRectF(left, y + rowPx() - t.scaled(6), right - left - 4, t.scaled(18)), line.other, Style::Value, Role::Target, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
        if (line.marks) {
            const bool differs = !line.other.isEmpty();
            icons::paint(&p, QRectF(right, y, mark, rowPx()), line.inSource ? QStringLiteral("tick") : QStringLiteral("cross"), t.color(line.inSource ? Role::Ok : Role::Warn), t.scaled(14));
            icons::paint(&p, QRectF(right + mark, y, mark, rowPx()), differs ? QStringLiteral("verdict-differs") : line.inTarget ? QStringLiteral("tick") : QStringLiteral("cross"),
                         t.color(line.inTarget ? Role::Ok : Role::Warn), t.scaled(14));
        }
        y += high;
    }
}

Inspector::Inspector(QWidget* parent) : Surface(Role::Panel, Surface::Left, parent)
{
    setObjectName(QStringLiteral("inspector"));
    auto* outer = tight<QVBoxLayout>(this);
    outer->setContentsMargins(1, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    m_content = new QWidget;
    m_content->setProperty("ground", QStringLiteral("clear"));
    auto* all = tight<QVBoxLayout>(m_content);
    const auto part = [&] {
        auto* box = new QWidget(m_content);
        auto* column = tight<QVBoxLayout>(box, 0, 6);
        column->setContentsMargins(16, 10, 16, 12);
        all->addWidget(box);
        return std::pair(box, column);
    };
    m_none = new TextLabel(QStringLiteral("Pick a key to see more of it."), Style::Small, Role::Text3, this);

    auto [headBox, head] = part();
    auto* first = new QHBoxLayout;
    first->setSpacing(8);
    m_key = new TextLabel({}, Style::ValueMedium, Role::Text1, headBox);
    m_key->setElide(Qt::ElideMiddle);
    m_verdict = new VerdictChip(Verdict::Same, {}, headBox);
    first->addWidget(m_key, 1);
    first->addWidget(m_verdict);
    head->addLayout(first);
    m_explanation = new TextLabel({}, Style::Body, Role::Text2, headBox);
    m_explanation->setWrap(true);
    head->addWidget(m_explanation);
    all->addWidget(new Line(Qt::Horizontal, Role::LineSoft, m_content));

    auto [compareBox, compare] = part();
    auto* caption = new QHBoxLayout;
    caption->setSpacing(6);
    m_caption = new TextLabel({}, Style::Label, Role::Text3, compareBox);
    m_sourceMark = new Chip(QStringLiteral("S"), ChipTone::Source, {}, compareBox);
    m_targetMark = new Chip(QStringLiteral("T"), ChipTone::Target, {}, compareBox);
    caption->addWidget(m_caption);
    caption->addStretch(1);
    caption->addWidget(m_sourceMark);
    caption->addWidget(m_targetMark);
    compare->addLayout(caption);
    m_compare = new CompareList(compareBox);
    compare->addWidget(m_compare);
    all->addWidget(new Line(Qt::Horizontal, Role::LineSoft, m_content));

    auto [usedBox, used] = part();
    m_usedCaption = new TextLabel(QStringLiteral("Used by"), Style::Label, Role::Text3, usedBox);
    used->addWidget(m_usedCaption);
    m_used = new QVBoxLayout;
    m_used->setSpacing(4);
    used->addLayout(m_used);
    all->addWidget(new Line(Qt::Horizontal, Role::LineSoft, m_content));

    auto [suggestBox, suggest] = part();
    m_suggestBox = suggestBox;
    suggest->addWidget(new TextLabel(QStringLiteral("Suggested"), Style::Label, Role::Text3, suggestBox));
    auto* value = new Surface(Role::Inset, None, suggestBox);
    value->setCard(true);
    auto* inset = tight<QVBoxLayout>(value, 8);
    m_suggestion = new TextLabel({}, Style::Value, Role::Text1, value);
    m_suggestion->setWrap(true);
    inset->addWidget(m_suggestion);
    suggest->addWidget(value);
    m_suggestNote = new TextLabel({}, Style::Small, Role::Text3, suggestBox);
    m_suggestNote->setWrap(true);
    suggest->addWidget(m_suggestNote);
    all->addStretch(1);
    scroll->setWidget(m_content);
    auto* none = new QHBoxLayout;
    none->setContentsMargins(16, 12, 16, 12);
    none->addWidget(m_none);
    outer->addLayout(none);
    outer->addWidget(scroll, 1);

    m_foot = new QWidget(this);
    auto* foot = tight<QVBoxLayout>(m_foot);
    foot->addWidget(new Line(Qt::Horizontal, Role::LineSoft, m_foot));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(16, 10, 16, 12);
    row->setSpacing(8);
    row->addWidget(new IconLabel(QStringLiteral("clock"), Role::Text3, 14, m_foot), 0, Qt::AlignVCenter);
    m_origin = new TextLabel({}, Style::Small, Role::Text3, m_foot);
    m_origin->setElide(Qt::ElideRight);
    row->addWidget(m_origin, 1);
    foot->addLayout(row);
    outer->addWidget(m_foot);
    onTheme(this, [this] { setFixedWidth(std::min(Theme::instance().scaled(336), 420)); });
}

void Inspector::setRow(const SettingRow* row, const SettingsView* view, const RunState& state)
{
    const bool any = row && view;
    m_content->setVisible(any);
    m_foot->setVisible(any);
    m_none->setVisible(!any);
    if (!any)
        return;
    m_key->setText(row->key);
    m_key->setToolTip(row->key);
    m_verdict->setVerdict(chipOf(row->verdict), row->explanation);
    m_explanation->setText(row->explanation);
    const Comparison comparison = compareByType(*row);
    m_caption->setText(comparison.caption);
    const bool marks = !comparison.lines.empty() && comparison.lines.front().marks;
    m_sourceMark->setVisible(marks);
    m_targetMark->setVisible(marks);
    m_compare->setComparison(comparison);

    QStringList users;
    for (const SettingsView& each : state.settings) {
        if (each.environment != view->environment)
            continue;
        const bool has = std::any_of(each.rows.begin(), each.rows.end(), [&](const SettingRow& r) { return r.key == row->key && (r.target.set || r.source.set); });
        if (has)
            users << each.service + u'\n' + (each.target.service.isEmpty() ? each.target.app : each.target.service) + u'\n' + each.target.account;
    }
    if (users.join(u'|') != m_usedKey) {
        m_usedKey = users.join(u'|');
        while (QLayoutItem* item = m_used->takeAt(0)) {
            delete item->widget();
            delete item;
        }
        for (const QString& user : users) {
            const QStringList parts = user.split(u'\n');
            auto* box = new QWidget;
            auto* line = tight<QHBoxLayout>(box, 0, 8);
            for (const ProviderView& p : state.providers) {
                if (p.account == parts[2])
                    line->addWidget(new MonogramTile(p.monogram, p.name, 18, SideTone::Target, box));
            }
            auto* name = new TextLabel(parts[1], Style::Value, Role::Text1, box);
            name->setElide(Qt::ElideMiddle);
            line->addWidget(name, 1);
            line->addWidget(new TextLabel(parts[0], Style::Small, Role::Text3, box));
            m_used->addWidget(box);
        }
    }
    m_suggestBox->setVisible(row->proposes);
    m_suggestion->setText(row->secret ? QStringLiteral("The source's value, %1 characters").arg(row->source.length) : row->suggestion.isEmpty() ? QStringLiteral("empty") : row->suggestion);
    m_suggestNote->setText(QStringLiteral("The step that copies settings writes it to %1.").arg(view->targetTitle));
    m_origin->setText(row->origin.isEmpty() ? (view->readAt ? QStringLiteral("Read %1 UTC").arg(clockUtc(*view->readAt)) : QString())
                                            : row->origin.left(1).toUpper() + row->origin.mid(1) + (view->readAt ? QStringLiteral(", read %1 UTC").arg(clockUtc(*view->readAt)) : QString()));
}

} // namespace switchyard::ui
