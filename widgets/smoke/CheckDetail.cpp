#include "widgets/smoke/CheckDetail.h"

#include "widgets/smoke/CheckModel.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QPixmap>
#include <QRegularExpression>

namespace switchyard::ui {

using namespace cutover;

namespace {

QString firstSentence(const QString& text, QString* rest)
{
    const qsizetype end = text.indexOf(QLatin1String(". "));
    if (end < 0) {
        rest->clear();
        return text.endsWith(u'.') ? text.chopped(1) : text;
    }
    *rest = text.mid(end + 2);
    return text.left(end);
}

/// The key a diagnosis names: the first word between backticks, or the first that looks like an environment key.
QString keyIn(const QString& text)
{
    static const QRegularExpression ticks(QStringLiteral("`([A-Z][A-Z0-9_]+)`"));
    static const QRegularExpression word(QStringLiteral("\\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\\b"));
    for (const QRegularExpression& pattern : {ticks, word}) {
        const QRegularExpressionMatch match = pattern.match(text);
        if (match.hasMatch())
            return match.captured(1);
    }
    return {};
}

QWidget* tabBox(std::initializer_list<QWidget*> widgets)
{
    auto* box = new Surface(Role::Inset);
    auto* column = tight<QVBoxLayout>(box);
    for (QWidget* w : widgets)
        column->addWidget(w);
    return box;
}

} // namespace

DiagnosisCard::DiagnosisCard(QWidget* parent) : Surface(Role::Panel, None, parent)
{
    setObjectName(QStringLiteral("diagnosis"));
    auto* row = tight<QHBoxLayout>(this);
    row->setContentsMargins(13, 11, 12, 11);
    row->setSpacing(8);
    m_icon = new IconLabel(QStringLiteral("failure"), Role::Danger);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    auto* column = new QVBoxLayout;
    column->setSpacing(1);
    m_title = new TextLabel({}, Style::BodyStrong);
    m_title->setWrap(true);
    m_text = new TextLabel({}, Style::Body, Role::Text2);
    m_text->setWrap(true);
    column->addWidget(m_title);
    column->addWidget(m_text);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->setContentsMargins(0, 7, 0, 0);
    m_stage = new Button({}, ButtonKind::Write);
    m_stage->setTextStyle(Style::SmallStrong);
    m_open = new Button(QStringLiteral("Open in Environments"));
    m_open->setTextStyle(Style::SmallMedium);
    m_accept = new Button(QStringLiteral("Accept with a note…"), ButtonKind::Quiet);
    m_accept->setTextStyle(Style::SmallMedium);
    for (Button* button : {m_stage, m_open, m_accept}) {
        button->setButtonSize(ButtonSize::Dense);
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    column->addLayout(buttons);
    m_noteBox = new QWidget;
    auto* noteColumn = tight<QVBoxLayout>(m_noteBox, 0, 8);
    noteColumn->setContentsMargins(0, 8, 0, 0);
    m_note = new NoteField(QStringLiteral("Why it is accepted, kept in the report"));
    m_keep = new Button(QStringLiteral("Accept as not applicable"));
    m_keep->setWhyDisabled(QStringLiteral("Say why first"));
    m_keep->setEnabled(false);
    noteColumn->addWidget(m_note);
    noteColumn->addWidget(m_keep, 0, Qt::AlignLeft);
    column->addWidget(m_noteBox);
    m_noteBox->hide();
    row->addLayout(column, 1);
    connect(m_stage, &QAbstractButton::clicked, this, [this] { Q_EMIT settingAsked(m_key); });
    connect(m_open, &QAbstractButton::clicked, this, [this] { Q_EMIT settingAsked(m_key); });
    connect(m_accept, &QAbstractButton::clicked, this, [this] {
        m_noteBox->setVisible(m_noteBox->isHidden());
        if (!m_noteBox->isHidden())
            m_note->edit()->setFocus(Qt::OtherFocusReason);
    });
    connect(m_note, &NoteField::changed, this, [this] { m_keep->setEnabled(!m_note->text().isEmpty()); });
    connect(m_keep, &QAbstractButton::clicked, this, [this] {
        m_noteBox->hide();
        Q_EMIT accepted(m_note->text());
    });
}

void DiagnosisCard::setCheck(const CheckView& check, bool live)
{
    const bool failed = check.now.state == CheckState::Failed;
    const bool slower = check.now.state == CheckState::Slower;
    const bool notRun = check.now.state == CheckState::NotRun && !check.manual && check.now.at != TimePoint{};
    if (check.id != m_check) {
        m_check = check.id;
        m_noteBox->hide();
        m_note->setText({});
    }
    setVisible(failed || slower || notRun);
    setCard(true, failed ? Role::Danger : Role::Line);
    QString rest;
    if (slower) {
        m_title->setText(QStringLiteral("Slower than before"));
        rest = QStringLiteral("%1 now, %2 before. Slower means over twice the baseline and over 500 ms.").arg(check.now.short_, check.before.short_);
    } else if (notRun) {
        m_title->setText(QStringLiteral("Not run"));
        rest = check.now.short_.isEmpty() ? QStringLiteral("It could not be made. It counts as open, not as failed.") : check.now.short_ + QStringLiteral(". It counts as open, not as failed.");
    } else {
        m_title->setText(check.diagnosis.isEmpty() ? QStringLiteral("%1 failed").arg(check.title) : firstSentence(check.diagnosis, &rest));
        if (check.diagnosis.isEmpty())
            rest = QStringLiteral("No known cause fits. Compare what came back before and now.");
    }
    m_text->setText(rest);
    m_text->setVisible(!rest.isEmpty());
    m_icon->setIcon(failed ? QStringLiteral("failure") : QStringLiteral("caution"), failed ? Role::Danger : slower ? Role::Warn : Role::Text3);
    m_key = failed ? keyIn(check.diagnosis) : QString();
    m_stage->setVisible(!m_key.isEmpty());
    m_stage->setText(live ? QStringLiteral("Stage the fix live…") : QStringLiteral("Stage the fix…"));
    m_stage->setAccessibleName(QStringLiteral("Stage the fix of %1").arg(m_key));
    m_accept->setVisible(failed);
    placeButtons();
}

void DiagnosisCard::placeButtons()
{
    // It leads to the same place: a narrow card does without it.
    m_open->setVisible(!m_key.isEmpty() && width() > Theme::instance().scaled(480));
}

void DiagnosisCard::resizeEvent(QResizeEvent* event)
{
    Surface::resizeEvent(event);
    placeButtons();
}

ManualCard::ManualCard(QWidget* parent) : Surface(Role::Panel, None, parent)
{
    setObjectName(QStringLiteral("manualCard"));
    setCard(true);
    auto* all = tight<QVBoxLayout>(this, 16, 12);
    m_steps = new QVBoxLayout;
    m_steps->setSpacing(4);
    all->addLayout(m_steps);
    auto* lower = new QHBoxLayout;
    lower->setSpacing(16);
    auto* left = new QVBoxLayout;
    left->setSpacing(4);
    m_note = new NoteField(QStringLiteral("Note"), QStringLiteral("What you saw"));
    left->addWidget(m_note);
    left->addStretch(1);
    lower->addLayout(left, 1);
    auto* right = new QVBoxLayout;
    right->setSpacing(4);
    right->addWidget(new TextLabel(QStringLiteral("Picture"), Style::Small, Role::Text2));
    m_slot = new QLabel;
    m_slot->setAlignment(Qt::AlignCenter);
    m_slot->setFixedSize(200, 112);
    m_slot->setAccessibleName(QStringLiteral("Picture of what you saw"));
    auto* frame = new Surface(Role::Inset);
    frame->setCard(true);
    auto* frameBox = tight<QVBoxLayout>(frame, 2);
    frameBox->addWidget(m_slot);
    right->addWidget(frame);
    m_pictureName = new TextLabel({}, Style::ValueSmall, Role::Text3);
    m_pictureName->setElide(Qt::ElideMiddle);
    m_pictureName->setMaximumWidth(204);
    right->addWidget(m_pictureName);
    m_choose = new Button(QStringLiteral("picture"), QStringLiteral("Add a picture…"));
    m_choose->setButtonSize(ButtonSize::Dense);
    right->addWidget(m_choose, 0, Qt::AlignLeft);
    lower->addLayout(right);
    all->addLayout(lower);
    auto* answers = new QHBoxLayout;
    answers->setSpacing(8);
    m_pass = new Button(QStringLiteral("tick"), QStringLiteral("Pass"));
    m_pass->setKeys(QStringLiteral("P"));
    m_fail = new Button(QStringLiteral("cross"), QStringLiteral("Fail"));
    m_fail->setKeys(QStringLiteral("F"));
    m_none = new Button(QStringLiteral("dash"), QStringLiteral("Not applicable"));
    m_none->setKeys(QStringLiteral("N"));
    m_pass->setObjectName(QStringLiteral("pass"));
    m_fail->setObjectName(QStringLiteral("fail"));
    m_none->setObjectName(QStringLiteral("notApplicable"));
    for (Button* button : {m_pass, m_fail, m_none})
        answers->addWidget(button);
    answers->addStretch(1);
    all->addLayout(answers);
    connect(m_choose, &QAbstractButton::clicked, this, &ManualCard::choosePicture);
    connect(m_pass, &QAbstractButton::clicked, this, [this] { answer(CheckState::Pass); });
    connect(m_fail, &QAbstractButton::clicked, this, [this] { answer(CheckState::Failed); });
    connect(m_none, &QAbstractButton::clicked, this, [this] { answer(CheckState::NotApplicable); });
}

void ManualCard::setCheck(const CheckView& check, const QString& directory)
{
    if (check.id == m_check)
        return; // what is being written stays
    m_check = check.id;
    while (QLayoutItem* item = m_steps->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int number = 1;
    for (const QString& line : check.instructions) {
        auto* box = new QWidget;
        auto* row = tight<QHBoxLayout>(box, 0, 8);
        auto* count = new TextLabel(QString::number(number++), Style::Value, Role::Text3);
        onTheme(count, [count] { count->setFixedWidth(Theme::instance().scaled(16)); });
        row->addWidget(count, 0, Qt::AlignTop);
        auto* words = new TextLabel(line, Style::Body);
        words->setWrap(true);
        row->addWidget(words, 1);
        m_steps->addWidget(box);
    }
    if (check.instructions.isEmpty())
        m_steps->addWidget(new TextLabel(QStringLiteral("Do what the title says, and compare with what you know."), Style::Body, Role::Text2));
    m_note->setText(check.now.note);
    m_picture = check.now.picture.isEmpty() || QFileInfo(check.now.picture).isAbsolute() || directory.isEmpty() ? check.now.picture : directory + u'/' + check.now.picture;
    showPicture();
}

void ManualCard::choosePicture()
{
    auto* dialog = new QFileDialog(this, QStringLiteral("Add a picture"), {}, QStringLiteral("Pictures (*.png *.jpg *.jpeg *.webp)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        m_picture = file;
        showPicture();
    });
    dialog->open();
}

void ManualCard::showPicture()
{
    const QPixmap picture = m_picture.isEmpty() ? QPixmap() : QPixmap(m_picture);
    if (picture.isNull())
        m_slot->setPixmap(icons::pixmap(QStringLiteral("picture"), 24, color(Role::Text3), devicePixelRatioF()));
    else
        m_slot->setPixmap(picture.scaled(m_slot->size(), Qt::KeepAspectRatio, Qt::SmoothTransformation));
    m_pictureName->setText(m_picture.isEmpty() ? QStringLiteral("none yet") : picture.isNull() ? QStringLiteral("can't be shown") : QFileInfo(m_picture).fileName());
    m_choose->setText(m_picture.isEmpty() ? QStringLiteral("Add a picture…") : QStringLiteral("Replace the picture…"));
    m_choose->updateGeometry();
}

void ManualCard::answer(CheckState state)
{
    if (!m_check.isEmpty())
        Q_EMIT answered(m_check, state, m_note->text(), m_picture);
}

void ManualCard::focusFirst() { m_note->edit()->setFocus(Qt::TabFocusReason); }

HeaderGrades::HeaderGrades(QWidget* parent) : PaintedWidget(parent)
{
    setObjectName(QStringLiteral("headerGrades"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setToolTip(QStringLiteral("Seven headers make the grade. Hover a name to read it in full."));
}

void HeaderGrades::setScores(const QString& host, const HeaderScore& before, const HeaderScore& now)
{
    m_host = host;
    m_before = before;
    m_now = now;
    updateGeometry();
    update();
    announceValue();
}

QSize HeaderGrades::sizeHint() const
{
    const auto rows = static_cast<int>(qMax(m_before.headers.size(), m_now.headers.size()));
    return {400, qMax(Theme::instance().scaled(170), 12 + (rows + 1) * Theme::instance().scaled(26) + 8)};
}

QString HeaderGrades::spokenValue() const
{
    QStringList out{QStringLiteral("Before %1, %2 of 100. Now %3, %4 of 100").arg(m_before.grade).arg(m_before.score).arg(m_now.grade).arg(m_now.score)};
    for (const auto& [name, there] : m_now.headers) {
        const auto before = m_before.headers.find(name);
        out << QStringLiteral("%1 %2 before, %3 now").arg(name, before != m_before.headers.end() && before->second ? QStringLiteral("present") : QStringLiteral("absent"), there ? QStringLiteral("present") : QStringLiteral("absent"));
    }
    return out.join(QStringLiteral(". "));
}

void HeaderGrades::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const Theme& t = Theme::instance();
    const qreal left = 16;
    const qreal column = t.scaled(208);
    paint::text(&p, QRectF(left, 12, column - 8, t.lineHeight(Style::Body)), QStringLiteral("Security headers"), Style::BodyStrong, Role::Text1);
    paint::text(&p, QRectF(left, 12 + t.lineHeight(Style::Body), column - 8, t.lineHeight(Style::Value)), m_host, Style::Value, Role::Text3, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
    const qreal top = 12 + t.lineHeight(Style::Body) + t.lineHeight(Style::Value) + 12;
    const qreal box = t.scaled(40);
    const auto grade = [&](qreal x, const QString& letter, Role role, const char* word) {
        const QRectF at(x, top, box, box);
        paint::box(&p, at, t.color(Role::Panel), t.color(role), 4);
        paint::text(&p, at, letter.isEmpty() ? QStringLiteral("?") : letter, Style::H1, role, Qt::AlignCenter);
        paint::text(&p, QRectF(x - 12, top + box + 4, box + 24, t.lineHeight(Style::Label)), QString::fromLatin1(word), Style::Label, Role::Text3, Qt::AlignCenter);
    };
    grade(left, m_before.grade, Role::Source, "Before");
    icons::paint(&p, QRectF(left + box + 12, top, 16, box), QStringLiteral("arrow-right"), t.color(Role::Text3), 16);
    grade(left + box + 40, m_now.grade, Role::Target, "Now");
    paint::text(&p, QRectF(left, top + box + 8 + t.lineHeight(Style::Label) + 2, column - 8, t.lineHeight(Style::Small)), QStringLiteral("%1 to %2 of 100.").arg(m_before.score).arg(m_now.score), Style::Small, Role::Text2);

    const qreal x = left + column;
    const qreal right = width() - 16;
    const qreal nowAt = right - t.scaled(24);
    const qreal beforeAt = nowAt - t.scaled(48);
    const qreal row = t.scaled(26);
    qreal y = 10;
    const auto cell = [&](qreal centre, qreal line, bool there) {
        icons::paint(&p, QRectF(centre - 8, line, 16, row), there ? QStringLiteral("tick") : QStringLiteral("dash"), t.color(there ? Role::Ok : Role::Text3), 14);
    };
    paint::text(&p, QRectF(x, y, 120, row), QStringLiteral("Header"), Style::Label, Role::Text3);
    paint::text(&p, QRectF(beforeAt - 40, y, 80, row), QStringLiteral("Before"), Style::Label, Role::Text3, Qt::AlignCenter);
    paint::text(&p, QRectF(nowAt - 40, y, 80, row), QStringLiteral("Now"), Style::Label, Role::Text3, Qt::AlignCenter);
    y += row;
    std::map<QString, bool> all = m_before.headers;
    all.insert(m_now.headers.begin(), m_now.headers.end());
    for (const auto& [name, unused] : all) {
        Q_UNUSED(unused)
        paint::hline(&p, x, right, y, Role::LineSoft);
        const auto before = m_before.headers.find(name);
        const auto now = m_now.headers.find(name);
        paint::text(&p, QRectF(x, y, beforeAt - 24 - x, row), name, Style::Value, Role::Text1, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideMiddle);
        cell(beforeAt, y, before != m_before.headers.end() && before->second);
        cell(nowAt, y, now != m_now.headers.end() && now->second);
        y += row;
    }
}

WindowLamps::WindowLamps(QWidget* parent) : PaintedWidget(parent) { }

void WindowLamps::setLamps(int lit, int all)
{
    m_lit = lit;
    m_all = all;
    setVisible(all > 0);
    update();
}

void WindowLamps::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    for (int i = 0; i < m_all; ++i)
        paint::light(&p, QRectF(16 + i * 20, 0, 12, height()), i < m_lit ? Health::Ok : Health::Off, 10);
    paint::text(&p, QRectF(24 + m_all * 20, 0, width() - 24 - m_all * 20, height()), QStringLiteral("%1 of %2 windows saw the message").arg(m_lit).arg(m_all), Style::Small, Role::Text2);
}

CheckTabs::CheckTabs(QWidget* parent) : QWidget(parent), m_bar(new QTabBar), m_pages(new QStackedWidget)
{
    auto* column = tight<QVBoxLayout>(this);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(16, 0, 16, 0);
    m_bar->setDrawBase(false);
    m_bar->setExpanding(false);
    m_bar->setUsesScrollButtons(true);
    m_bar->setFocusPolicy(Qt::StrongFocus);
    m_bar->setAccessibleName(QStringLiteral("What to look at"));
    onTheme(m_bar, [this] { m_bar->setFont(ui::font(Style::BodyMedium)); });
    row->addWidget(m_bar, 1);
    column->addLayout(row);
    column->addWidget(new Line);
    column->addWidget(m_pages, 1);
    connect(m_bar, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
}

void CheckTabs::addTab(QWidget* page, const QString& title)
{
    m_pages->addWidget(page);
    m_bar->addTab(title);
}

CheckDetail::CheckDetail(QWidget* parent) : Surface(Role::Panel, None, parent)
{
    setObjectName(QStringLiteral("checkDetail"));
    auto* all = tight<QVBoxLayout>(this);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(16, 11, 16, 11);
    head->setSpacing(12);
    m_title = new TextLabel({}, Style::H2);
    m_title->setWrap(true);
    m_verdict = new Chip({});
    head->addWidget(m_title, 1);
    head->addWidget(m_verdict, 0, Qt::AlignTop);
    all->addLayout(head);
    auto* cards = new QVBoxLayout;
    cards->setContentsMargins(16, 0, 16, 0);
    m_diagnosis = new DiagnosisCard;
    m_manual = new ManualCard;
    cards->addWidget(m_diagnosis);
    cards->addWidget(m_manual);
    all->addLayout(cards);

    m_tabs = new CheckTabs;
    m_tabs->setObjectName(QStringLiteral("checkTabs"));

    auto* compare = new Surface(Role::Panel);
    auto* compareColumn = tight<QVBoxLayout>(compare);
    auto* sides = new Surface(Role::Panel, Bottom);
    onTheme(sides, [sides] { sides->setFixedHeight(Theme::instance().rowHeight(32)); });
    auto* sidesRow = tight<QHBoxLayout>(sides);
    const auto side = [&](MonogramTile*& tile, TextLabel*& text, const QString& word, Role role, SideTone tone) {
        auto* box = new QWidget;
        auto* row = tight<QHBoxLayout>(box, 0, 8);
        row->setContentsMargins(16, 0, 8, 0);
        tile = new MonogramTile({}, {}, 18, tone);
        row->addWidget(tile);
        row->addWidget(new TextLabel(word, Style::BodyMedium, role));
        text = new TextLabel({}, Style::Value, Role::Text2);
        text->setElide(Qt::ElideRight);
        row->addWidget(text, 1);
        sidesRow->addWidget(box, 1);
    };
    side(m_beforeTile, m_beforeText, QStringLiteral("Before"), Role::Source, SideTone::Source);
    side(m_nowTile, m_nowText, QStringLiteral("Now"), Role::Target, SideTone::Target);
    compareColumn->addWidget(sides);
    auto* panes = new Surface(Role::Inset);
    auto* panesRow = tight<QHBoxLayout>(panes);
    m_before = new ExchangeView(QStringLiteral("Before, on the source"));
    m_now = new ExchangeView(QStringLiteral("Now, on the target"));
    m_before->pairWith(m_now);
    panesRow->addWidget(m_before, 1);
    panesRow->addWidget(new Line(Qt::Vertical));
    panesRow->addWidget(m_now, 1);
    compareColumn->addWidget(panes, 1);
    m_tabs->addTab(compare, QStringLiteral("Compare"));
    m_request = new ExchangeView(QStringLiteral("Request"));
    m_response = new ExchangeView(QStringLiteral("Response"));
    m_steps = new ExchangeView(QStringLiteral("Steps"));
    m_history = new ExchangeView(QStringLiteral("History"));
    m_lamps = new WindowLamps;
    m_tabs->addTab(tabBox({m_request}), QStringLiteral("Request"));
    m_tabs->addTab(tabBox({m_response}), QStringLiteral("Response"));
    m_tabs->addTab(tabBox({m_lamps, m_steps}), QStringLiteral("Steps"));
    m_tabs->addTab(tabBox({m_history}), QStringLiteral("History"));
    auto* tabsBox = new QVBoxLayout;
    tabsBox->setContentsMargins(0, 12, 0, 0);
    tabsBox->addWidget(m_tabs);
    all->addLayout(tabsBox, 1);
    m_below = new QSpacerItem(0, 0);
    all->addItem(m_below);
    m_gradesLine = new Line;
    all->addWidget(m_gradesLine);
    m_grades = new HeaderGrades;
    all->addWidget(m_grades);
}

void CheckDetail::focusFirst()
{
    if (m_manual->isVisible()) {
        m_manual->focusFirst();
        return;
    }
    for (Button* button : m_diagnosis->findChildren<Button*>()) {
        if (button->isVisible() && button->isEnabled()) {
            button->setFocus(Qt::TabFocusReason);
            return;
        }
    }
    m_tabs->bar()->setFocus(Qt::TabFocusReason);
}

void CheckDetail::setCheck(const CheckView& check, const RunState& state)
{
    const bool other = check.id != m_shown;
    m_shown = check.id;
    m_title->setText(check.title);
    QString word = checkWords(check.now.state);
    word[0] = word.at(0).toUpper();
    const bool timed = check.now.at != TimePoint{} && !isOpen(check.now.state) && check.now.state != CheckState::Running;
    ChipTone tone = ChipTone::Neutral;
    switch (check.now.state) {
    case CheckState::Pass: tone = ChipTone::Ok; break;
    case CheckState::Slower: tone = ChipTone::Warn; break;
    case CheckState::Failed: tone = ChipTone::Danger; break;
    case CheckState::Running: tone = ChipTone::Mode; break;
    default: break;
    }
    m_verdict->setChip(timed ? word + u' ' + clockUtc(check.now.at) : word, tone);
    m_diagnosis->setCheck(check, !state.rehearsal);
    m_manual->setVisible(check.manual);
    if (check.manual)
        m_manual->setCheck(check, state.directory);

    // A side's tile is the provider that serves the app there.
    const auto tileFor = [&](Side side) -> const ProviderView* {
        const QStringList& ids = side == Side::Source ? state.sourceProviders : state.targetProviders;
        for (const ProviderView& view : state.providers) {
            if (!ids.isEmpty() && view.provider == ids.front())
                return &view;
        }
        return nullptr;
    };
    const ProviderView* source = tileFor(Side::Source);
    const ProviderView* target = tileFor(Side::Target);
    m_beforeTile->setTile(source ? source->monogram : QStringLiteral("S"), state.sourceTitle, SideTone::Source);
    m_nowTile->setTile(target ? target->monogram : QStringLiteral("T"), state.targetTitle, SideTone::Target);
    const auto numbers = [](const CheckResult& result) {
        return result.status > 0 ? QStringLiteral("%1 %2 ms").arg(result.status).arg(result.took.count()) : result.short_.isEmpty() ? QStringLiteral("nothing yet") : result.short_;
    };
    m_beforeText->setText(numbers(check.before));
    m_nowText->setText(numbers(check.now));
    m_nowText->setRole(check.now.state == CheckState::Failed ? Role::Danger : Role::Text2);

    const auto before = exchangeParts(check.before.exchange);
    const auto now = exchangeParts(check.now.exchange);
    const QStringList beforeLines = exchangeLines(before);
    const QStringList nowLines = exchangeLines(now);
    const bool both = !beforeLines.isEmpty() && !nowLines.isEmpty();
    m_before->setLines(beforeLines.isEmpty() ? QStringList{check.manual ? QStringLiteral("Done by hand, there is no exchange.") : QStringLiteral("No exchange was kept in the baseline.")} : beforeLines,
                       both ? changedLines(beforeLines, nowLines) : QList<int>(), ExchangeView::Side::Before);
    m_now->setLines(nowLines.isEmpty() ? QStringList{check.manual ? QStringLiteral("Done by hand, there is no exchange.") : QStringLiteral("Not run yet.")} : nowLines,
                    both ? changedLines(nowLines, beforeLines) : QList<int>(), ExchangeView::Side::Now);
    const auto& shown = now.empty() ? before : now;
    QStringList request, response, steps;
    int number = 1;
    for (const ExchangePart& part : shown) {
        if (!request.isEmpty())
            request << QString();
        if (!response.isEmpty())
            response << QString();
        request << part.request;
        response << part.response;
        steps << QStringLiteral("%1  %2").arg(number++).arg(part.request.isEmpty() ? QStringLiteral("answer") : part.request.front());
        if (!part.response.isEmpty())
            steps << QStringLiteral("   %1").arg(part.response.front());
    }
    if (check.manual) {
        steps.clear();
        for (const QString& line : check.instructions)
            steps << QStringLiteral("%1  %2").arg(steps.size() + 1).arg(line);
    }
    const QStringList nothing{QStringLiteral("Nothing was sent yet.")};
    m_request->setLines(request.isEmpty() ? nothing : request);
    m_response->setLines(response.isEmpty() ? QStringList{QStringLiteral("Nothing came back yet.")} : response);
    m_steps->setLines(steps.isEmpty() ? nothing : steps);
    const auto seen = windowsSeen(check.now.exchange);
    m_lamps->setLamps(seen ? seen->first : 0, seen ? seen->second : 0);
    setHistory(check);

    const HostView* host = nullptr;
    for (const HostView& view : state.hosts) {
        if (!host || view.shortName == QLatin1String("www"))
            host = &view;
    }
    m_grades->setScores(host ? host->host : QString(), state.headersBefore, state.headersNow);
    const bool roomy = height() > Theme::instance().scaled(560);
    m_grades->setVisible(!m_grades->empty() && !check.manual && (roomy || check.id == QLatin1String("headers")));
    m_gradesLine->setVisible(!m_grades->isHidden());
    m_grades->setFixedHeight(height() >= Theme::instance().scaled(700) ? qMax(277, m_grades->sizeHint().height()) : m_grades->sizeHint().height());
    m_tabs->setVisible(!check.manual || height() > Theme::instance().scaled(600)); // a manual check is its card; the tabs get what is left
    m_below->changeSize(0, 0, QSizePolicy::Minimum, m_tabs->isHidden() ? QSizePolicy::Expanding : QSizePolicy::Minimum);
    layout()->invalidate();
    if (other)
        m_tabs->bar()->setCurrentIndex(0);
}

void CheckDetail::setHistory(const CheckView& check)
{
    QStringList& seen = m_seen[check.id];
    const auto add = [&seen](const char* side, const CheckResult& result) {
        if (result.at == TimePoint{} || isOpen(result.state) || result.state == CheckState::Running)
            return;
        const QString line = QStringLiteral("%1  %2  %3  %4").arg(isoUtc(result.at).left(10), clockUtc(result.at), QString::fromLatin1(side), checkWords(result.state) + (result.short_.isEmpty() ? QString() : QStringLiteral(", ") + result.short_))
            + (result.note.isEmpty() ? QString() : QStringLiteral(", ") + result.note);
        if (!seen.contains(line))
            seen << line;
    };
    add("before", check.before);
    add("now   ", check.now);
    m_tabs->bar()->setTabText(4, seen.isEmpty() ? QStringLiteral("History") : QStringLiteral("History %1").arg(seen.size()));
    m_history->setLines(seen.isEmpty() ? QStringList{QStringLiteral("It never ran.")} : seen);
}

} // namespace switchyard::ui
