#include "widgets/overview/OverviewPage.h"

namespace switchyard::ui {

using namespace cutover;

OverviewPage::OverviewPage(const PageContext& context, QWidget* parent) : Page(context, parent)
{
    auto* all = tight<QVBoxLayout>(this);
    m_now = new Surface(Role::Panel, Surface::Bottom, this);
    m_now->setObjectName(QStringLiteral("nowRow"));
    m_now->setFixedHeight(Theme::instance().rowHeight(48));
    auto* row = tight<QHBoxLayout>(m_now);
    row->setContentsMargins(16, 0, 16, 0);
    row->setSpacing(10);
    m_light = new HealthLight(Health::Off, 10, m_now);
    m_title = new TextLabel({}, Style::BodyStrong, Role::Text1, m_now);
    m_text = new TextLabel({}, Style::Body, Role::Text2, m_now);
    m_text->setElide(Qt::ElideRight);
    m_bar = new Line(Qt::Vertical, Role::Line, m_now);
    m_bar->setFixedHeight(22);
    m_nextWord = new TextLabel(QStringLiteral("Next"), Style::Body, Role::Text3, m_now);
    m_next = new TextLabel({}, Style::BodyMedium, Role::Text1, m_now);
    m_next->setElide(Qt::ElideRight);
    m_who = new Chip({}, ChipTone::Outline, {}, m_now);
    auto* open = new Button(QStringLiteral("Open checklist"), ButtonKind::Plain, m_now);
    open->setObjectName(QStringLiteral("openChecklist"));
    open->setTrailingIcon(QStringLiteral("arrow-right"));
    connect(open, &QAbstractButton::clicked, this, [this] { desk()->open(QStringLiteral("checklist"), state().activeStep); });
    for (QWidget* w : {static_cast<QWidget*>(m_light), static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_text), static_cast<QWidget*>(m_bar), static_cast<QWidget*>(m_nextWord),
                       static_cast<QWidget*>(m_next), static_cast<QWidget*>(m_who)})
        row->addWidget(w);
    row->addStretch(1);
    row->addWidget(open);
    all->addWidget(m_now);

    auto* body = new Surface(Role::Canvas, Surface::None, this);
    auto* columns = tight<QHBoxLayout>(body, 12, 12);
    m_yard = new YardView(body);
    m_findings = new FindingsPanel(body);
    m_findings->setFixedWidth(256);
    columns->addWidget(m_yard, 1);
    columns->addWidget(m_findings);
    all->addWidget(body, 1);

    connect(m_findings, &FindingsPanel::linkClicked, this, [this](const QString& page, const QString& finding) { desk()->open(page, finding); });
    connect(m_yard, &YardView::pipeClicked, this, [this](const QString& page, const QString& lane) {
        if (!page.isEmpty())
            desk()->open(page, lane);
    });
    connect(m_yard, &YardView::serviceClicked, this, [this](Side side, const QString& name) {
        for (const Lane& lane : state().lanes) {
            const std::optional<Service>& service = side == Side::Source ? lane.source : lane.target;
            if (lane.name == name && service)
                m_findings->showService(side, *service);
        }
    });
}

void OverviewPage::refresh(unsigned changes)
{
    if ((changes & (StepsChanged | TasksChanged | PhaseChanged | ClocksChanged)) != 0)
        setNow();
    m_yard->setState(state(), changes);
    if ((changes & (FindingsChanged | StepsChanged)) != 0)
        m_findings->setState(state());
}

void OverviewPage::setNow()
{
    const RunState& s = state();
    Health light = Health::Off;
    switch (s.phase) {
    case RunPhase::Running:
    case RunPhase::RollingBack: light = Health::Working; break;
    case RunPhase::Held:
    case RunPhase::NeedsYou: light = Health::Held; break;
    case RunPhase::Failed: light = Health::Failed; break;
    case RunPhase::Complete: light = Health::Ok; break;
    case RunPhase::NotStarted:
    case RunPhase::RolledBack: break;
    }
    m_light->setHealth(light);
    const StepView* active = s.step(s.activeStep);
    m_title->setText(s.nowTitle.isEmpty() ? (active ? active->title : QStringLiteral("Ready to start")) : s.nowTitle);
    QString text;
    if (active)
        text = QStringLiteral("Step %1 of %2. ").arg(active->number).arg(s.steps.size());
    m_text->setText(text + s.nowText);
    const StepView* next = s.step(s.nextStep);
    for (QWidget* w : {static_cast<QWidget*>(m_bar), static_cast<QWidget*>(m_nextWord), static_cast<QWidget*>(m_next), static_cast<QWidget*>(m_who)})
        w->setVisible(next != nullptr);
    if (next) {
        m_next->setText(next->title);
        const bool person = next->flags.needsPerson || !next->ownerInitials.isEmpty();
        m_who->setChip(person ? QStringLiteral("Needs you") : QStringLiteral("Automatic"), person ? ChipTone::Warn : ChipTone::Outline, person ? QStringLiteral("person") : QStringLiteral("automatic"));
    }
}

QList<QWidget*> OverviewPage::regions() { return {m_now, m_yard, m_findings}; }

PageFactory overviewPage()
{
    PageFactory factory;
    factory.id = QStringLiteral("overview");
    factory.title = QStringLiteral("Overview");
    factory.icon = QStringLiteral("overview");
    factory.dock = true;
    factory.make = [](const PageContext& context) -> Page* { return new OverviewPage(context); };
    return factory;
}

} // namespace switchyard::ui
