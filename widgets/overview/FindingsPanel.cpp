#include "widgets/overview/FindingsPanel.h"

#include <algorithm>

namespace switchyard::ui {

using namespace cutover;

namespace {
/// As high as its words need at the width it gets: a scroll area asks only once.
class FindingRow final : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void resizeEvent(QResizeEvent* event) override
    {
        QWidget::resizeEvent(event);
        if (layout() && layout()->hasHeightForWidth()) {
            const int wanted = layout()->totalHeightForWidth(width());
            if (wanted != minimumHeight())
                setMinimumHeight(wanted);
        }
    }
};

const char* iconOf(Severity severity)
{
    return severity == Severity::Failure ? "failure" : severity == Severity::Caution ? "caution" : "info";
}
Role roleOf(Severity severity)
{
    return severity == Severity::Failure ? Role::Danger : severity == Severity::Caution ? Role::Warn : Role::Text2;
}
} // namespace

FindingsPanel::FindingsPanel(QWidget* parent) : Surface(Role::Panel, None, parent)
{
    setObjectName(QStringLiteral("findings"));
    setCard(true);
    auto* all = tight<QVBoxLayout>(this);
    auto* head = new QWidget(this);
    head->setFixedHeight(40);
    auto* row = tight<QHBoxLayout>(head);
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(6);
    m_title = new TextLabel(QStringLiteral("Findings"), Style::BodyStrong, Role::Text1, head);
    m_cautions = new Chip({}, ChipTone::Plain, {}, head);
    m_advisories = new Chip({}, ChipTone::Plain, {}, head);
    row->addWidget(m_title);
    row->addStretch(1);
    row->addWidget(m_cautions);
    row->addWidget(m_advisories);
    all->addWidget(head);
    all->addWidget(new Line(Qt::Horizontal, Role::Line, this));
    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_body = new QWidget;
    m_body->setAutoFillBackground(false);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_list = tight<QVBoxLayout>(m_body);
    m_list->addStretch(1);
    m_scroll->setWidget(m_body);
    all->addWidget(m_scroll, 1);
    all->addWidget(new Line(Qt::Horizontal, Role::Line, this));
    m_footer = new QWidget(this);
    m_footer->setFixedHeight(30);
    auto* foot = tight<QHBoxLayout>(m_footer);
    foot->setContentsMargins(12, 0, 12, 0);
    foot->setSpacing(8);
    foot->addWidget(new IconLabel(QStringLiteral("tick"), Role::Ok, 14, m_footer));
    m_passed = new TextLabel({}, Style::Small, Role::Text2, m_footer);
    foot->addWidget(m_passed);
    foot->addStretch(1);
    all->addWidget(m_footer);
}

void FindingsPanel::setState(const RunState& state)
{
    std::vector<Finding> findings = state.findings;
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        if (a.severity != b.severity)
            return a.severity > b.severity;
        return a.blocksStep < b.blocksStep;
    });
    int cautions = 0, failures = 0, advisories = 0;
    QByteArray key;
    for (const Finding& f : findings) {
        failures += f.severity == Severity::Failure ? 1 : 0;
        cautions += f.severity == Severity::Caution ? 1 : 0;
        advisories += f.severity == Severity::Advisory ? 1 : 0;
        key += (f.id + f.title + f.text + f.waivedBy).toUtf8() + '\n';
    }
    m_cautions->setVisible(cautions + failures > 0);
    m_cautions->setChip(QString::number(failures > 0 ? failures : cautions), failures > 0 ? ChipTone::Danger : ChipTone::Warn, failures > 0 ? QStringLiteral("failure") : QStringLiteral("caution"));
    m_advisories->setVisible(advisories > 0);
    m_advisories->setChip(QString::number(advisories), ChipTone::Plain, QStringLiteral("info"));
    m_passed->setText(QStringLiteral("%1 checks passed").arg(state.checksPassed));
    if (key == m_shown && !m_shown.isNull())
        return;
    m_shown = key.isNull() ? QByteArray("") : key;
    while (m_list->count() > 1) {
        QLayoutItem* item = m_list->takeAt(0);
        delete item->widget();
        delete item;
    }
    for (const Finding& f : findings)
        addFinding(f);
    if (findings.empty()) {
        auto* calm = new TextLabel(state.startedAt ? QStringLiteral("Nothing is wrong.") : QStringLiteral("The checks run in the first step."), Style::Small, Role::Text3);
        calm->setContentsMargins(12, 12, 12, 12);
        m_list->insertWidget(0, calm);
    }
}

void FindingsPanel::addFinding(const Finding& finding)
{
    auto* box = new FindingRow;
    auto* columns = tight<QHBoxLayout>(box);
    columns->setContentsMargins(12, 10, 12, finding.waivedBy.isEmpty() && !finding.page.isEmpty() ? 7 : 11);
    columns->setSpacing(8);
    auto* icon = new IconLabel(QString::fromLatin1(iconOf(finding.severity)), finding.waivedBy.isEmpty() ? roleOf(finding.severity) : Role::Text3, 16, box);
    icon->setAccessibleName(finding.severity == Severity::Failure ? QStringLiteral("Failure") : finding.severity == Severity::Caution ? QStringLiteral("Caution") : QStringLiteral("Advisory"));
    columns->addWidget(icon, 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    auto* title = new TextLabel(finding.title, Style::BodyMedium, Role::Text1, box);
    title->setWrap(true);
    words->addWidget(title);
    if (!finding.text.isEmpty()) {
        auto* text = new TextLabel(finding.text, Style::Small, Role::Text2, box);
        text->setWrap(true);
        words->addWidget(text);
    }
    if (!finding.waivedBy.isEmpty()) {
        words->addWidget(new TextLabel(finding.waivedBy.startsWith(QLatin1String("Waived")) ? finding.waivedBy : QStringLiteral("Waived by %1").arg(finding.waivedBy), Style::Small, Role::Text3, box));
    } else if (!finding.page.isEmpty()) {
        auto* link = new Button(finding.linkText.isEmpty() ? QStringLiteral("Open") : finding.linkText, ButtonKind::Link, box);
        link->setAccessibleName((finding.linkText.isEmpty() ? QStringLiteral("Open") : finding.linkText) + QStringLiteral(": ") + finding.title);
        link->setButtonSize(ButtonSize::Dense);
        link->setAlignLeft(true);
        connect(link, &QAbstractButton::clicked, this, [this, page = finding.page, id = finding.id] { Q_EMIT linkClicked(page, id); });
        words->addWidget(link, 0, Qt::AlignLeft);
    }
    columns->addLayout(words, 1);
    m_list->insertWidget(m_list->count() - 1, box);
    m_list->insertWidget(m_list->count() - 1, new Line(Qt::Horizontal, Role::LineSoft));
}

void FindingsPanel::showService(Side side, const Service& service)
{
    closeSheet();
    auto* sheet = new Surface(Role::Panel, None, this);
    sheet->setCard(true, side == Side::Source ? Role::Source : Role::Target);
    sheet->setObjectName(QStringLiteral("serviceSheet"));
    auto* all = tight<QVBoxLayout>(sheet, 12, 6);
    auto* head = new QHBoxLayout;
    head->addWidget(new HealthLight(service.health, 10, sheet));
    auto* name = new TextLabel(service.name, Style::BodyStrong, Role::Text1, sheet);
    name->setElide(Qt::ElideMiddle);
    head->addWidget(name, 1);
    Button* close = Button::iconOnly(QStringLiteral("cross"), QStringLiteral("Close details"), sheet);
    connect(close, &QAbstractButton::clicked, this, &FindingsPanel::closeSheet);
    head->addWidget(close);
    all->addLayout(head);
    const auto line = [&](const QString& label, const QString& value) {
        if (value.isEmpty())
            return;
        auto* row = new QHBoxLayout;
        row->addWidget(new TextLabel(label, Style::Small, Role::Text3, sheet));
        row->addStretch(1);
        auto* v = new TextLabel(value, Style::Value, Role::Text1, sheet);
        v->setElide(Qt::ElideMiddle);
        row->addWidget(v);
        all->addLayout(row);
    };
    line(QStringLiteral("Side"), side == Side::Source ? QStringLiteral("Source") : QStringLiteral("Target"));
    line(QStringLiteral("State"), healthName(service.health));
    line(QStringLiteral("Kind"), serviceKindName(service.kind));
    line(QStringLiteral("Instances"), service.desired > 0 ? QStringLiteral("%1 of %2").arg(service.running).arg(service.desired) : QString());
    line(QStringLiteral("Plan"), service.plan);
    line(QStringLiteral("Memory"), service.memoryMb > 0 ? QStringLiteral("%1 MB").arg(service.memoryMb) : QString());
    line(QStringLiteral("Region"), service.region);
    line(QStringLiteral("Version"), service.version);
    line(QStringLiteral("Deployed"), service.commit.left(12));
    line(QStringLiteral("Address"), service.url);
    line(QStringLiteral("Read"), clockUtc(service.readAt));
    all->addStretch(1);
    sheet->setGeometry(rect());
    sheet->show();
    close->setFocus(Qt::OtherFocusReason);
    m_sheet = sheet;
}

void FindingsPanel::closeSheet()
{
    if (m_sheet)
        m_sheet->deleteLater();
    m_sheet = nullptr;
}

} // namespace switchyard::ui
