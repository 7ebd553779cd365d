#include "widgets/logs/LogSide.h"

#include "widgets/theme/SwitchyardStyle.h"

#include <QPainter>
#include <QScrollArea>

namespace switchyard::ui {

/// One group as a button: pressing it goes to its newest line.
class LogSide::ErrorCard final : public QAbstractButton {
public:
    explicit ErrorCard(QWidget* parent) : QAbstractButton(parent)
    {
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
        useFocusRing(this);
        auto* row = tight<QHBoxLayout>(this);
        row->setContentsMargins(16, 12, 12, 13);
        row->setSpacing(8);
        row->addWidget(new IconLabel(QStringLiteral("failure"), Role::Danger, 16), 0, Qt::AlignTop);
        auto* words = new QVBoxLayout;
        words->setSpacing(2);
        auto* top = new QHBoxLayout;
        top->setSpacing(8);
        m_title = new TextLabel({}, Style::BodyStrong);
        m_title->setWrap(true);
        m_times = new Chip({}, ChipTone::Danger);
        top->addWidget(m_title, 1);
        top->addWidget(m_times, 0, Qt::AlignTop);
        words->addLayout(top);
        m_text = new TextLabel({}, Style::Small, Role::Text2);
        m_text->setWrap(true);
        words->addWidget(m_text);
        m_when = new TextLabel({}, Style::ValueSmall, Role::Text3);
        words->addSpacing(2);
        words->addWidget(m_when);
        row->addLayout(words, 1);
        for (QWidget* child : findChildren<QWidget*>())
            child->setAttribute(Qt::WA_TransparentForMouseEvents);
        QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
        policy.setHeightForWidth(true);
        setSizePolicy(policy);
    }
    void set(const logs::ErrorGroup& group)
    {
        number = group.lastNumber;
        m_title->setText(group.title);
        m_times->setChip(QStringLiteral("× %1").arg(grouped(group.count)), ChipTone::Danger);
        m_text->setText(group.explanation);
        m_text->setVisible(!group.explanation.isEmpty());
        m_when->setText(group.count == 1 ? clockUtc(group.first) : QStringLiteral("%1 to %2").arg(clockUtc(group.first), clockUtc(group.last)));
        setAccessibleName(QStringLiteral("%1, %2 times. %3").arg(group.title).arg(group.count).arg(group.explanation));
    }
    [[nodiscard]] QSize sizeHint() const override { return QWidget::sizeHint(); }
    qsizetype number = 0;

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter p(this);
        if (underMouse())
            p.fillRect(rect(), ui::color(Role::Hover));
        paint::hline(&p, 0, width(), height() - 1);
    }

private:
    TextLabel* m_title;
    Chip* m_times;
    TextLabel* m_text;
    TextLabel* m_when;
};

LogSide::LogSide(QWidget* parent) : Surface(Role::Panel, Surface::Left, parent)
{
    setObjectName(QStringLiteral("side"));
    auto* all = tight<QVBoxLayout>(this);
    all->setContentsMargins(1, 0, 0, 0);
    const auto heading = [&](const QString& icon, const QString& title) {
        auto* head = new QWidget;
        auto* row = tight<QHBoxLayout>(head, 0, 8);
        row->setContentsMargins(icon.isEmpty() ? 12 : 16, 0, 12, 0);
        if (!icon.isEmpty())
            row->addWidget(new IconLabel(icon, Role::Danger, 16));
        row->addWidget(new TextLabel(title, Style::BodyStrong));
        row->addStretch(1);
        onTheme(head, [head] { head->setFixedHeight(Theme::instance().rowHeight(35)); });
        all->addWidget(head);
        return row;
    };
    auto* pinned = heading(QStringLiteral("pin"), QStringLiteral("Pinned errors"));
    m_count = new TextLabel(QStringLiteral("0"), Style::Small, Role::Text3);
    pinned->addWidget(m_count);
    all->addWidget(new Line);
    auto* scroll = new QScrollArea;
    scroll->setObjectName(QStringLiteral("pins"));
    scroll->setAccessibleName(QStringLiteral("Pinned errors"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    auto* body = new QWidget;
    m_pins = tight<QVBoxLayout>(body);
    m_calm = new TextLabel(QStringLiteral("No errors."), Style::Small, Role::Text3);
    m_calmBox = new QWidget;
    tight<QVBoxLayout>(m_calmBox, 16)->addWidget(m_calm);
    m_pins->addWidget(m_calmBox);
    m_pins->addStretch(1);
    scroll->setWidget(body);
    body->setAutoFillBackground(false); // setWidget() turned it on
    all->addWidget(scroll, 1);
    all->addWidget(new Line);

    auto* selected = heading({}, QStringLiteral("Selected line"));
    m_copyButton = new Button(QStringLiteral("copy"), QStringLiteral("Copy"), ButtonKind::Quiet);
    m_copyButton->setButtonSize(ButtonSize::Dense);
    m_copyButton->setWhyDisabled(QStringLiteral("Select a line first"));
    connect(m_copyButton, &QAbstractButton::clicked, this, &LogSide::copyWanted);
    selected->addWidget(m_copyButton);
    all->addWidget(new Line);
    auto* area = new QScrollArea;
    area->setAccessibleName(QStringLiteral("Selected line"));
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->viewport()->setAutoFillBackground(false);
    m_details = new QWidget;
    m_rows = tight<QVBoxLayout>(m_details);
    m_rows->setContentsMargins(12, 8, 12, 8);
    area->setWidget(m_details);
    m_details->setAutoFillBackground(false);
    all->addWidget(area, 1);

    all->addWidget(new Line);
    auto* foot = new QWidget;
    auto* row = tight<QHBoxLayout>(foot, 0, 8);
    row->setContentsMargins(12, 0, 8, 0);
    row->addWidget(new IconLabel(QStringLiteral("lock"), Role::Text3, 14));
    m_foot = new TextLabel({}, Style::Small, Role::Text2);
    m_foot->setElide(Qt::ElideRight);
    row->addWidget(m_foot, 1);
    m_clockButton = new Button(QStringLiteral("clock"), QStringLiteral("UTC"), ButtonKind::Quiet);
    m_clockButton->setButtonSize(ButtonSize::Dense);
    m_clockButton->setTextStyle(Style::SmallMedium);
    m_clockButton->setToolTip(QStringLiteral("Times in UTC, since the start, or local"));
    connect(m_clockButton, &QAbstractButton::clicked, this, &LogSide::clockWanted);
    row->addWidget(m_clockButton);
    onTheme(this, [this, foot] {
        foot->setFixedHeight(Theme::instance().rowHeight(36));
        setFixedWidth(304 + (Theme::instance().scaled(304) - 304) / 2); // the stream needs the width more
    });
    all->addWidget(foot);
}

void LogSide::setGroups(const std::vector<logs::ErrorGroup>& groups)
{
    constexpr std::size_t most = 60; // nobody reads more kinds of errors than that; the stream holds all
    m_count->setText(QString::number(groups.size()));
    m_calmBox->setVisible(groups.empty());
    for (std::size_t i = 0; i < std::min(most, groups.size()); ++i) {
        if (static_cast<qsizetype>(i) == m_cards.size()) {
            auto* card = new ErrorCard(this);
            connect(card, &QAbstractButton::clicked, this, [this, card] { Q_EMIT groupChosen(card->number); });
            m_cards.append(card);
            m_pins->insertWidget(0, card);
            card->show();
        }
        m_cards.at(static_cast<qsizetype>(i))->set(groups[i]);
    }
}

void LogSide::setLine(const logs::LogModel& model, int row, std::optional<TimePoint> start)
{
    QList<QPair<QString, QString>> rows;
    m_copy.clear();
    if (row >= 0 && row < model.rowCount()) {
        const auto add = [&](const char* key, const QString& value) {
            if (!value.isEmpty())
                rows.append({QLatin1String(key), value});
        };
        if (const logs::LogRule* rule = model.rule(row)) {
            add("time", clockUtcMs(rule->at) + QStringLiteral(" UTC"));
            add("what", rule->text);
            m_copy = isoUtc(rule->at) + u' ' + rule->text;
        } else {
            const LogLine& line = model.line(row);
            add("time", clockUtcMs(line.time) + QStringLiteral(" UTC"));
            if (start)
                add("T+", hoursMinutesSeconds(line.time - *start));
            add("source", line.source);
            add("host", line.host);
            add("level", logs::levelName(line.level).toLower());
            if (line.step > 0)
                add("step", QString::number(line.step));
            if (line.simulated)
                add("from", QStringLiteral("simulator"));
            if (const int times = model.repeats(row); times > 1)
                add("repeats", QStringLiteral("%1 within a minute").arg(times));
            add("line", line.message);
            m_copy = QStringLiteral("%1 %2 %3 %4").arg(isoUtc(line.time), line.source, logs::levelName(line.level), line.message);
        }
    }
    m_copyButton->setEnabled(!m_copy.isEmpty());
    QByteArray key("#");
    for (const auto& [name, value] : rows)
        key += (name + value).toUtf8() + '\n';
    if (key == m_shown)
        return;
    m_shown = key;
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    if (rows.isEmpty())
        m_rows->addWidget(new TextLabel(QStringLiteral("Nothing is selected."), Style::Small, Role::Text3, m_details));
    for (const auto& [name, value] : rows) {
        auto* box = new QWidget(m_details);
        auto* line = tight<QHBoxLayout>(box, 0, 8);
        line->setContentsMargins(0, 4, 0, 4);
        auto* label = new TextLabel(name, Style::Small, Role::Text3, box);
        label->setFixedWidth(Theme::instance().scaled(64));
        line->addWidget(label, 0, Qt::AlignTop);
        // A slash or a dot is no place to wrap for the layout, so long words get places of their own.
        auto* text = new TextLabel(value, Style::Value, Role::Text1, box);
        text->setWrap(true);
        line->addWidget(text, 1);
        m_rows->addWidget(box);
    }
    m_rows->addStretch(1);
}

void LogSide::setHidden(qint64 secrets) { m_foot->setText(secrets == 1 ? QStringLiteral("1 secret hidden in this log") : QStringLiteral("%1 secrets hidden in this log").arg(grouped(secrets))); }

void LogSide::setClock(LogClock clock)
{
    m_clockButton->setText(logClockName(clock));
    m_clockButton->setAccessibleName(QStringLiteral("Times: %1").arg(logClockName(clock)));
}

} // namespace switchyard::ui
