#include "widgets/welcome/WelcomePage.h"

#include "app/rehearsal/Faults.h"
#include "widgets/theme/SwitchyardStyle.h"
#include "widgets/welcome/WelcomeLists.h"

#include <QComboBox>
#include <QGridLayout>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>
#include <QScrollArea>

namespace switchyard::ui {

namespace {
constexpr int kLeft = 456;
} // namespace

/// Raised card with the rehearsal's line and a hatched band of 8 px on top.
class WelcomePage::RehearsalCard final : public QWidget {
public:
    RehearsalCard()
    {
        setObjectName(QStringLiteral("rehearsal"));
        connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& t = Theme::instance();
        QPainter p(this);
        paint::box(&p, QRectF(rect()), t.color(Role::Raised), {}, 6);
        p.save();
        QPainterPath shape;
        shape.addRoundedRect(QRectF(rect()), 6, 6);
        p.setRenderHint(QPainter::Antialiasing);
        p.setClipPath(shape);
        const QPointF origin = -QPointF(mapTo(window(), QPoint(0, 0)));
        p.fillRect(QRectF(0, 0, width(), 9), t.hatch(Role::RehearsalFill, origin, p.device()->devicePixelRatioF(), t.ground() == Ground::Dark ? 0.42 : 0.45));
        p.restore();
        paint::box(&p, QRectF(rect()), {}, t.color(Role::Rehearsal), 6);
    }
};

/// Lights and names in rows that break when they must.
class WelcomePage::Accounts final : public PaintedWidget {
public:
    Accounts() { setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); }
    void set(const QString& title, const std::vector<AccountInKeyring>& accounts)
    {
        m_title = title;
        m_accounts = accounts;
        QStringList spoken;
        for (const AccountInKeyring& account : accounts)
            spoken.append(account.name + u' ' + healthName(account.health));
        setAccessibleName(title + QStringLiteral(": ") + (spoken.isEmpty() ? QStringLiteral("none") : spoken.join(QStringLiteral(", "))));
        updateGeometry();
        update();
    }
    [[nodiscard]] QSize sizeHint() const override { return {300, Theme::instance().lineHeight(Style::Label) + 4 + Theme::instance().scaled(20) * rows()}; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& t = Theme::instance();
        QPainter p(this);
        const qreal label = t.lineHeight(Style::Label);
        paint::text(&p, QRectF(0, 0, width(), label), m_title, Style::Label, Role::Text3);
        const qreal row = t.scaled(20);
        qreal x = 0;
        qreal y = label + 2;
        if (m_accounts.empty())
            paint::text(&p, QRectF(0, y, width(), row), QStringLiteral("None yet. A rehearsal needs none."), Style::Small, Role::Text2);
        for (const AccountInKeyring& account : m_accounts) {
            const qreal words = paint::textWidth(account.name, Style::Small);
            if (x > 0 && x + 14 + words > width()) {
                x = 0;
                y += row;
            }
            paint::light(&p, QRectF(x, y, 8, row), account.health, 8);
            paint::text(&p, QRectF(x + 14, y, words + 2, row), account.name, Style::Small, Role::Text2);
            x += 14 + words + 17;
        }
    }

private:
    [[nodiscard]] int rows() const
    {
        int count = 1;
        qreal x = 0;
        for (const AccountInKeyring& account : m_accounts) {
            const qreal w = 14 + paint::textWidth(account.name, Style::Small);
            if (x > 0 && x + w > (width() > 100 ? width() : 390)) {
                x = 0;
                ++count;
            }
            x += w + 17;
        }
        return count;
    }
    QString m_title;
    std::vector<AccountInKeyring> m_accounts;
};

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent)
{
    auto* row = tight<QHBoxLayout>(this);
    const auto scrolled = [row](QWidget* content, int stretch, Role ground) {
        auto* area = new QScrollArea;
        area->setFrameShape(QFrame::NoFrame);
        area->setWidgetResizable(true);
        area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        area->setFocusPolicy(Qt::NoFocus);
        area->setWidget(content);
        Q_UNUSED(ground)
        row->addWidget(area, stretch);
        return area;
    };
    auto* left = new Surface(Role::Panel, Surface::Right);
    left->setObjectName(QStringLiteral("left"));
    buildLeft(left);
    auto* leftArea = scrolled(left, 0, Role::Panel);
    onTheme(this, [leftArea] { leftArea->setFixedWidth(kLeft + (Theme::instance().textScale() - 100) * 11 / 4); });
    auto* right = new Surface(Role::Canvas);
    right->setObjectName(QStringLiteral("right"));
    buildRight(right);
    scrolled(right, 1, Role::Canvas);
    setData(WelcomeData{});
}

void WelcomePage::buildLeft(QWidget* column)
{
    auto* all = tight<QVBoxLayout>(column);
    all->setContentsMargins(32, 40, 33, 22);

    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    auto* mark = new IconLabel(QStringLiteral("switchyard"), Role::Text1, 40);
    mark->setObjectName(QStringLiteral("mark"));
    head->addWidget(mark);
    auto* names = new QVBoxLayout;
    names->setSpacing(0);
    names->addWidget(new TextLabel(QStringLiteral("Switchyard"), Style::Brand));
    m_version = new TextLabel(QString(), Style::Small, Role::Text3);
    names->addWidget(m_version);
    head->addLayout(names);
    head->addStretch(1);
    all->addLayout(head);
    all->addSpacing(32);

    auto* card = new RehearsalCard;
    auto* inside = tight<QVBoxLayout>(card);
    inside->setContentsMargins(21, 29, 21, 21);
    auto* title = new QHBoxLayout;
    title->setSpacing(12);
    title->addWidget(new IconLabel(QStringLiteral("rehearsal"), Role::Rehearsal, 20));
    title->addWidget(new TextLabel(QStringLiteral("Rehearse with simulators"), Style::H1), 1);
    inside->addLayout(title);
    inside->addSpacing(8);
    auto* words = new TextLabel(QStringLiteral("Walk the whole cutover against simulated providers. Nothing leaves this computer, no account is needed."), Style::Body, Role::Text2);
    words->setWrap(true);
    inside->addWidget(words);
    inside->addSpacing(16);
    inside->addWidget(new TextLabel(QStringLiteral("Plan"), Style::Label, Role::Text3));
    inside->addSpacing(4);
    m_plan = new QComboBox;
    m_plan->setObjectName(QStringLiteral("plan"));
    m_plan->setAccessibleName(QStringLiteral("Plan to rehearse"));
    m_plan->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    useFocusRing(m_plan);
    inside->addWidget(m_plan);
    inside->addSpacing(16);
    auto* faultHead = new QHBoxLayout;
    faultHead->addWidget(new TextLabel(QStringLiteral("Faults to practise"), Style::Label, Role::Text3));
    faultHead->addStretch(1);
    m_more = new Button(QStringLiteral("More faults…"), ButtonKind::Link);
    m_more->setTextStyle(Style::Label);
    m_more->setFixedHeight(16);
    faultHead->addWidget(m_more);
    inside->addLayout(faultHead);
    inside->addSpacing(3);
    auto* switches = new QVBoxLayout;
    switches->setSpacing(4);
    for (const rehearsal::Fault& fault : rehearsal::allFaults) {
        if (!fault.onWelcome)
            continue;
        auto* toggle = new Switch(QString::fromUtf8(fault.title));
        toggle->setToolTip(QString::fromUtf8(fault.explanation));
        m_switches.emplace_back(QString::fromLatin1(fault.name), toggle);
        switches->addWidget(toggle);
    }
    inside->addLayout(switches);
    inside->addSpacing(18);
    auto* act = new QHBoxLayout;
    act->setSpacing(8);
    m_start = new Button(QStringLiteral("continue"), QStringLiteral("Start rehearsal 1"), ButtonKind::Write);
    m_start->setObjectName(QStringLiteral("start"));
    m_start->setButtonSize(ButtonSize::Large);
    m_start->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_speedButton = new Button(QStringLiteral("10× speed"), ButtonKind::Plain);
    m_speedButton->setObjectName(QStringLiteral("speed"));
    m_speedButton->setTrailingIcon(QStringLiteral("chevron-down"));
    m_speedButton->setButtonSize(ButtonSize::Large);
    m_speedButton->setToolTip(QStringLiteral("How much faster time runs while everything only waits"));
    act->addWidget(m_start, 1);
    act->addWidget(m_speedButton);
    inside->addLayout(act);
    all->addWidget(card);
    all->addSpacing(24);

    auto* actions = new QWidget;
    actions->setObjectName(QStringLiteral("actions"));
    auto* pair = tight<QVBoxLayout>(actions, 0, 8);
    auto* open = new Button(QStringLiteral("open"), QStringLiteral("Open plan…"));
    auto* fresh = new Button(QStringLiteral("add"), QStringLiteral("New empty plan"));
    open->setKeys(QStringLiteral("Ctrl O"));
    fresh->setKeys(QStringLiteral("Ctrl N"));
    for (Button* button : {open, fresh}) {
        button->setAlignLeft(true);
        button->setButtonSize(ButtonSize::Large);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        pair->addWidget(button);
    }
    open->setObjectName(QStringLiteral("open"));
    fresh->setObjectName(QStringLiteral("new"));
    all->addWidget(actions);
    all->addStretch(1);
    all->addSpacing(12);
    m_accounts = new Accounts;
    m_accounts->setObjectName(QStringLiteral("accounts"));
    all->addWidget(m_accounts);

    onTheme(this, [this] {
        arrangeTemplates();
        m_plan->setFixedHeight(Theme::instance().scaled(28));
        m_plan->setFont(ui::font(Style::Body));
        m_speedButton->setFixedWidth(qMax(112, m_speedButton->sizeHint().width()));
    });
    connect(m_start, &QAbstractButton::clicked, this, [this] { Q_EMIT startRehearsal(m_plan->currentData().toString(), faults(), m_speed); });
    connect(m_plan, &QComboBox::currentIndexChanged, this, &WelcomePage::nextNumber);
    connect(m_speedButton, &QAbstractButton::clicked, this, &WelcomePage::showSpeeds);
    connect(m_more, &QAbstractButton::clicked, this, &WelcomePage::showMoreFaults);
    connect(open, &QAbstractButton::clicked, this, &WelcomePage::chooseFile);
    connect(fresh, &QAbstractButton::clicked, this, &WelcomePage::newPlan);
}

void WelcomePage::buildRight(QWidget* column)
{
    auto* all = tight<QVBoxLayout>(column);
    all->setContentsMargins(40, 40, 40, 24);
    auto* head = new QHBoxLayout;
    head->addWidget(new TextLabel(QStringLiteral("Recent plans"), Style::H1));
    head->addSpacing(16);
    head->addStretch(1);
    m_find = new SearchField(QStringLiteral("Find a plan"));
    m_find->setMaximumWidth(240);
    m_find->setMinimumWidth(120);
    m_find->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    head->addWidget(m_find, 1000);
    all->addLayout(head);
    all->addSpacing(8);
    m_model = new PlanModel(this);
    m_list = new PlanList(m_model);
    m_list->setObjectName(QStringLiteral("plans"));
    all->addWidget(m_list);
    m_noPlans = new TextLabel(QStringLiteral("No plan was opened on this computer yet. Start with a rehearsal, or with a template."), Style::Body, Role::Text2);
    m_noPlans->setWrap(true);
    all->addWidget(m_noPlans);
    all->addSpacing(34);
    auto* second = new QHBoxLayout;
    second->addWidget(new TextLabel(QStringLiteral("New plan from template"), Style::H1));
    auto* caption = new TextLabel(QStringLiteral("Each one starts in rehearsal"), Style::Small, Role::Text3);
    caption->setElide(Qt::ElideRight);
    caption->setAlign(Qt::AlignRight);
    second->addSpacing(16);
    second->addWidget(caption, 1);
    all->addLayout(second);
    all->addSpacing(14);
    m_templates = new QWidget;
    m_templates->setObjectName(QStringLiteral("templates"));
    new QGridLayout(m_templates);
    m_templates->layout()->setContentsMargins(0, 0, 0, 0);
    m_templates->layout()->setSpacing(12);
    all->addWidget(m_templates);
    all->addStretch(1);
    connect(m_find, &QLineEdit::textChanged, this, &WelcomePage::filter);
    connect(m_find, &QLineEdit::returnPressed, this, [this] { activate(0); });
    connect(m_list, &QListView::activated, this, [this](const QModelIndex& index) { activate(index.row()); });
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) {
        const int at = m_plan->findData(m_model->plans[static_cast<std::size_t>(index.row())].file);
        if (at >= 0)
            m_plan->setCurrentIndex(at);
    });
}

void WelcomePage::setData(const WelcomeData& welcome)
{
    m_data = welcome;
    m_version->setText((m_data.version.isEmpty() ? QStringLiteral(SWITCHYARD_VERSION) : m_data.version) + QStringLiteral(", plans stay on this computer"));
    const QString chosen = m_plan->currentData().toString();
    m_plan->clear();
    for (const RecentPlan& plan : m_data.plans) {
        if (plan.problem.isEmpty())
            m_plan->addItem(plan.name + QStringLiteral(", ") + plan.title, plan.file);
    }
    for (const TemplateInfo& info : m_data.templates) {
        const QString text = info.id + QStringLiteral(", ") + info.title;
        if (m_plan->findText(text) < 0)
            m_plan->addItem(text, info.id);
    }
    m_plan->setCurrentIndex(qMax(0, m_plan->findData(chosen)));
    filter(m_find->text());
    const bool any = !m_data.plans.empty();
    m_list->setVisible(any);
    m_find->setVisible(any);
    m_noPlans->setVisible(!any);
    m_accounts->set(m_data.keyring.isEmpty() ? QStringLiteral("Accounts in the system keyring") : m_data.keyring, m_data.accounts);

    qDeleteAll(m_cards);
    m_cards.clear();
    for (const TemplateInfo& info : m_data.templates) {
        auto* card = new TemplateCard(info);
        connect(card, &QAbstractButton::clicked, this, [this, id = info.id] { Q_EMIT newFromTemplate(id); });
        m_cards.append(card);
    }
    TemplateInfo file;
    file.title = QStringLiteral("Template from a file…");
    file.text = QStringLiteral("A finished plan can become a template. Secrets are left out.");
    auto* card = new TemplateCard(file);
    card->setObjectName(QStringLiteral("template-file"));
    connect(card, &QAbstractButton::clicked, this, &WelcomePage::templateFromFile);
    m_cards.append(card);
    m_columns = 0;
    arrangeTemplates();
    m_start->setEnabled(m_plan->count() > 0);
    nextNumber();
}

void WelcomePage::arrangeTemplates()
{
    if (!m_templates)
        return;
    // Three equal columns, also when there are fewer cards; less when the text is large or the window narrow.
    const int room = width() - kLeft - (Theme::instance().textScale() - 100) * 11 / 4 - 80;
    const int columns = qBound(1, (room + 12) / (Theme::instance().scaled(194) + 12), 3);
    if (columns == m_columns)
        return;
    m_columns = columns;
    auto* grid = static_cast<QGridLayout*>(m_templates->layout());
    while (QLayoutItem* item = grid->takeAt(0)) {
        if (item->widget() && !m_cards.contains(item->widget()))
            delete item->widget();
        delete item;
    }
    int index = 0;
    for (QWidget* card : m_cards) {
        grid->addWidget(card, index / columns, index % columns);
        ++index;
    }
    for (; index < columns; ++index) {
        auto* space = new QWidget;
        space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        grid->addWidget(space, 0, index);
    }
    for (int i = 0; i < 3; ++i)
        grid->setColumnStretch(i, i < columns ? 1 : 0);
}

void WelcomePage::resizeEvent(QResizeEvent*) { arrangeTemplates(); }

void WelcomePage::nextNumber()
{
    const QString id = m_plan->currentData().toString();
    int done = 0;
    for (const RecentPlan& plan : m_data.plans) {
        if (plan.file == id)
            done = plan.rehearsals;
    }
    for (const TemplateInfo& info : m_data.templates) {
        if (info.id == id)
            done = info.rehearsals;
    }
    m_start->setText(QStringLiteral("Start rehearsal %1").arg(done + 1));
    m_start->update();
}

QStringList WelcomePage::faults() const
{
    QStringList names;
    for (const auto& [name, toggle] : m_switches) {
        if (toggle->isChecked())
            names.append(name);
    }
    return names + m_moreFaults;
}

void WelcomePage::showMoreFaults()
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    for (const rehearsal::Fault& fault : rehearsal::allFaults) {
        if (fault.onWelcome)
            continue;
        const QString name = QString::fromLatin1(fault.name);
        QAction* action = menu->addAction(QString::fromUtf8(fault.title));
        action->setToolTip(QString::fromUtf8(fault.explanation));
        action->setCheckable(true);
        action->setChecked(m_moreFaults.contains(name));
        connect(action, &QAction::toggled, this, [this, name](bool on) {
            m_moreFaults.removeAll(name);
            if (on)
                m_moreFaults.append(name);
            m_more->setText(m_moreFaults.isEmpty() ? QStringLiteral("More faults…") : QStringLiteral("%1 more…").arg(m_moreFaults.size()));
            m_more->updateGeometry();
        });
    }
    menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height())));
}

void WelcomePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    // One key from the first window to a rehearsal.
    if (!isAncestorOf(window()->focusWidget()))
        m_start->setFocus(Qt::OtherFocusReason);
}

void WelcomePage::showSpeeds()
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const int speed : {1, 10, 60}) {
        QAction* action = menu->addAction(speed == 1 ? QStringLiteral("1×, as long as it takes") : QStringLiteral("%1× while everything waits").arg(speed));
        action->setCheckable(true);
        action->setChecked(speed == m_speed);
        connect(action, &QAction::triggered, this, [this, speed] {
            m_speed = speed;
            m_speedButton->setText(QStringLiteral("%1× speed").arg(speed));
            m_speedButton->update();
        });
    }
    menu->popup(m_speedButton->mapToGlobal(QPoint(0, m_speedButton->height())));
}

void WelcomePage::filter(const QString& words)
{
    std::vector<RecentPlan> shown;
    for (const RecentPlan& plan : m_data.plans) {
        if (words.trimmed().isEmpty() || (plan.name + u' ' + plan.title).contains(words.trimmed(), Qt::CaseInsensitive))
            shown.push_back(plan);
    }
    m_model->fill(std::move(shown));
    m_list->sizeUp();
    if (!m_model->plans.empty())
        m_list->setCurrentIndex(m_model->index(0));
}

void WelcomePage::activate(int row)
{
    if (row < 0 || row >= static_cast<int>(m_model->plans.size()))
        return;
    const RecentPlan& plan = m_model->plans[static_cast<std::size_t>(row)];
    if (!plan.runDirectory.isEmpty())
        Q_EMIT resumeRun(plan.runDirectory);
    else
        Q_EMIT openPlan(plan.file);
}

void WelcomePage::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.fillRect(rect(), ui::color(Role::Canvas));
}

} // namespace switchyard::ui
