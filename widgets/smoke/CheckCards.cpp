#include "widgets/smoke/CheckCards.h"

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

} // namespace switchyard::ui
