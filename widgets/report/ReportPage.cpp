#include "widgets/report/ReportPage.h"

#include "app/base/Redactor.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QFileDialog>
#include <QRegularExpression>
#include <QScrollArea>
#include <QStackedWidget>

namespace switchyard::ui {

using namespace cutover;

namespace {
/// More lines make a report nobody opens; the Logs page saves all.
constexpr qsizetype kLogLines = 20'000;

QString grouped4(const QString& hex)
{
    QStringList parts;
    for (qsizetype i = 0; i < hex.size(); i += 4)
        parts << hex.mid(i, 4);
    return parts.join(u' ');
}
} // namespace

ReportPage::ReportPage(const PageContext& context, QWidget* parent) : Page(context, parent)
{
    auto* all = tight<QVBoxLayout>(this);
    auto* bar = new PageToolbar(QStringLiteral("Report"), this);
    m_chip = new Chip(QStringLiteral("Draft"), ChipTone::Neutral, {}, bar);
    bar->add(m_chip, 8);
    m_sealed = new TextLabel({}, Style::Small, Role::Text2, bar);
    m_sealed->setElide(Qt::ElideRight);
    bar->add(m_sealed, 12);
    bar->stretch();
    m_copy = new Button(QStringLiteral("copy"), QStringLiteral("Copy summary"), ButtonKind::Plain, bar);
    m_markdown = new Button(QStringLiteral("download"), QStringLiteral("Save Markdown…"), ButtonKind::Plain, bar);
    m_html = new Button(QStringLiteral("download"), QStringLiteral("Save HTML…"), ButtonKind::Plain, bar);
    m_pdf = new Button(QStringLiteral("download"), QStringLiteral("Save PDF…"), ButtonKind::NeutralStrong, bar);
    for (Button* button : {m_copy, m_markdown, m_html, m_pdf}) {
        button->setWhyDisabled(QStringLiteral("The report starts with the first step"));
        bar->add(button);
    }
    all->addWidget(bar);

    auto* body = new QWidget(this);
    auto* columns = tight<QHBoxLayout>(body);
    auto* ground = new Surface(Role::Panel, Surface::None, body);
    m_stack = new QStackedWidget(ground);
    tight<QVBoxLayout>(ground)->addWidget(m_stack);
    m_scroll = new QScrollArea(m_stack);
    m_scroll->setObjectName(QStringLiteral("sheet"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view = new ReportView;
    m_scroll->setWidget(m_view);
    m_view->setAutoFillBackground(false);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_stack->addWidget(m_scroll);
    m_empty = new EmptyState(QStringLiteral("report"), QStringLiteral("Nothing has run yet."), QStringLiteral("The report starts with the first step."), {}, m_stack);
    m_stack->addWidget(m_empty);
    columns->addWidget(ground, 1);
    columns->addWidget(buildSide());
    all->addWidget(body, 1);

    connect(m_view, &ReportView::shown, this, [this](const QRect& rect) { m_scroll->ensureVisible(rect.center().x(), rect.center().y(), 0, rect.height() / 2 + 24); });
    connect(m_view, &ReportView::evidenceChosen, this, [this](const QString& evidence) {
        static const QRegularExpression step(QStringLiteral("^step (\\d+)$"));
        const auto match = step.match(evidence);
        for (const StepView& s : state().steps) {
            if (match.hasMatch() && s.number == match.captured(1).toInt())
                return desk()->open(QStringLiteral("checklist"), s.id);
        }
        if (!evidence.isEmpty() && !state().directory.isEmpty())
            desk()->toast(ToastKind::Plain, evidence, QStringLiteral("It lies in %1.").arg(state().directory));
    });
    connect(m_copy, &QAbstractButton::clicked, this, &ReportPage::copySummary);
    connect(m_html, &QAbstractButton::clicked, this, [this] { choose(QStringLiteral("Save the report as HTML"), QStringLiteral("html"), &ReportPage::saveHtml); });
    connect(m_markdown, &QAbstractButton::clicked, this, [this] { choose(QStringLiteral("Save the report as Markdown"), QStringLiteral("md"), &ReportPage::saveMarkdown); });
    connect(m_pdf, &QAbstractButton::clicked, this, [this] { choose(QStringLiteral("Save the report as PDF"), QStringLiteral("pdf"), &ReportPage::savePdf); });
}

QWidget* ReportPage::buildSide()
{
    auto* side = new Surface(Role::Panel, Surface::Left);
    side->setObjectName(QStringLiteral("side"));
    auto* column = tight<QVBoxLayout>(side);
    column->setContentsMargins(1, 0, 0, 0);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* body = new QWidget;
    auto* all = tight<QVBoxLayout>(body);
    const auto heading = [&](const QString& title) {
        auto* head = new QWidget;
        auto* row = tight<QHBoxLayout>(head, 0, 8);
        row->setContentsMargins(12, 0, 16, 0);
        row->addWidget(new TextLabel(title, Style::BodyStrong));
        row->addStretch(1);
        onTheme(head, [head] { head->setFixedHeight(Theme::instance().rowHeight(35)); });
        all->addWidget(head);
        all->addWidget(new Line);
        return row;
    };
    heading(QStringLiteral("Export"));
    all->addSpacing(8);
    for (const char* words : {"Summary and timeline", "Checklist with planned and actual", "Environment changes, values hidden", "Table checksums", "Smoke results before and after", "Full log"}) {
        auto* box = new QCheckBox(QString::fromLatin1(words));
        box->setChecked(m_contents.size() < 5);
        auto* row = new QHBoxLayout;
        row->setContentsMargins(16, 0, 12, 0);
        row->addWidget(box, 1);
        all->addLayout(row);
        onTheme(box, [box] {
            box->setFont(ui::font(Style::Body));
            box->setFixedHeight(Theme::instance().scaled(28));
        });
        connect(box, &QCheckBox::toggled, this, &ReportPage::build);
        m_contents.append(box);
    }
    const auto choice = [&](const QString& label, const QList<SegmentedControl::Segment>& segments) {
        auto* row = new QHBoxLayout;
        row->setContentsMargins(16, 4, 12, 5);
        auto* name = new TextLabel(label, Style::Small, Role::Text2);
        onTheme(name, [name] { name->setFixedWidth(Theme::instance().scaled(56)); });
        row->addWidget(name);
        auto* control = new SegmentedControl;
        control->setAccessibleName(label);
        control->setSegments(segments);
        row->addWidget(control);
        row->addStretch(1);
        all->addLayout(row);
        return control;
    };
    m_paper = choice(QStringLiteral("Paper"), {{QStringLiteral("a4"), QStringLiteral("A4"), {}, {}, Role::Text2}, {QStringLiteral("letter"), QStringLiteral("Letter"), {}, {}, Role::Text2}});
    m_audience = choice(QStringLiteral("For"), {{QStringLiteral("client"), QStringLiteral("Client"), {}, {}, Role::Text2}, {QStringLiteral("team"), QStringLiteral("Team"), {}, {}, Role::Text2},
                                                {QStringLiteral("audit"), QStringLiteral("Audit"), {}, {}, Role::Text2}});
    connect(m_audience, &SegmentedControl::currentChanged, this, &ReportPage::build);
    all->addSpacing(8);
    all->addWidget(new Line);
    auto* follow = heading(QStringLiteral("Follow-ups"));
    m_followCount = new TextLabel({}, Style::Small, Role::Text3);
    follow->addWidget(m_followCount);
    auto* followBox = new QWidget;
    m_followUps = tight<QVBoxLayout>(followBox, 0, 2);
    m_followUps->setContentsMargins(16, 8, 16, 10);
    all->addWidget(followBox);
    all->addWidget(new Line);
    heading(QStringLiteral("What to change next time"));
    auto* nextBox = new QWidget;
    m_nextTime = tight<QVBoxLayout>(nextBox, 0, 8);
    m_nextTime->setContentsMargins(16, 12, 16, 14);
    all->addWidget(nextBox);
    all->addStretch(1);
    scroll->setWidget(body);
    body->setAutoFillBackground(false);
    scroll->viewport()->setAutoFillBackground(false);
    column->addWidget(scroll, 1);
    column->addWidget(new Line);
    auto* foot = new QWidget;
    auto* words = tight<QVBoxLayout>(foot, 0, 0);
    words->setContentsMargins(16, 10, 12, 10);
    m_sealLabel = new TextLabel({}, Style::Label, Role::Text3);
    m_seal = new TextLabel({}, Style::ValueSmall, Role::Text1);
    m_seal->setWrap(true);
    words->addWidget(m_sealLabel);
    words->addWidget(m_seal);
    column->addWidget(foot);
    onTheme(side, [side] { side->setFixedWidth(Theme::instance().scaled(312)); });
    return side;
}

report::Audience ReportPage::audience() const
{
    const QString id = m_audience->current();
    return id == QLatin1String("audit") ? report::Audience::Audit : id == QLatin1String("team") ? report::Audience::Team : report::Audience::Client;
}

report::Contents ReportPage::contents() const
{
    return {m_contents.at(0)->isChecked(), m_contents.at(1)->isChecked(), m_contents.at(2)->isChecked(), m_contents.at(3)->isChecked(), m_contents.at(4)->isChecked()};
}

report::Document ReportPage::exported() const
{
    report::Document document = report::select(report::buildReport(state(), audience()), contents());
    if (m_contents.at(5)->isChecked()) {
        document.log = {QStringLiteral("Full log"), {QStringLiteral("Time"), QStringLiteral("Source"), QStringLiteral("Level"), QStringLiteral("Line")}, {}};
        for (qsizetype i = std::max<qsizetype>(0, log()->size() - kLogLines); i < log()->size(); ++i) {
            const LogLine line = log()->line(i);
            document.log.rows.push_back({clockUtcMs(line.time), line.source, line.level == LogLevel::Error ? QStringLiteral("error") : line.level == LogLevel::Warning ? QStringLiteral("warning") : QString(), line.message});
        }
    }
    return document;
}

void ReportPage::refresh(unsigned changes)
{
    // The strips grow by themselves; a rebuild a second is enough while a run goes on.
    if (changes & (StepsChanged | EventsChanged | PhaseChanged | SmokeChanged | DatabasesChanged))
        m_dirty = true;
    if (changes == Everything || (changes & PhaseChanged))
        build();
}

void ReportPage::second()
{
    if (m_dirty || (state().startedAt && !state().endedAt))
        build();
}

void ReportPage::build()
{
    m_dirty = false;
    const report::Document document = report::select(report::buildReport(state(), audience()), contents());
    m_stack->setCurrentWidget(document.empty ? m_empty : static_cast<QWidget*>(m_scroll));
    for (Button* button : {m_copy, m_markdown, m_html, m_pdf})
        button->setEnabled(!document.empty);
    if (document.complete) {
        m_chip->setChip(QStringLiteral("Complete"), ChipTone::Ok, QStringLiteral("tick"));
    } else if (document.rolledBack) {
        m_chip->setChip(QStringLiteral("Rolled back"), ChipTone::Warn, QStringLiteral("roll-back"));
    } else {
        const QString since = state().startedAt ? QStringLiteral("Draft, T+%1").arg(hoursMinutesSeconds(state().now - *state().startedAt).left(5)) : QStringLiteral("Draft");
        m_chip->setChip(since, ChipTone::Neutral);
    }
    m_sealed->setText(document.seal.isEmpty() ? QString() : QStringLiteral("Sealed %1, %2 pieces of evidence").arg(state().endedAt ? clockUtc(*state().endedAt) : QString()).arg(document.evidence));
    m_contents.at(5)->setText(QStringLiteral("Full log, %1 lines").arg(grouped(log()->size())));
    const bool client = audience() == report::Audience::Client;
    for (const int detail : {1, 2, 4}) {
        m_contents.at(detail)->setEnabled(!client);
        m_contents.at(detail)->setToolTip(client ? QStringLiteral("A report for the client leaves this out. Choose Team or Audit.") : QString());
    }
    fillSide(document);
    m_view->setDocument(document);
}

void ReportPage::fillSide(const report::Document& document)
{
    QByteArray key = document.seal.toUtf8();
    int done = 0;
    for (const report::FollowUp& f : document.followUps) {
        done += f.done ? 1 : 0;
        key += (f.text + f.when).toUtf8() + '\n';
    }
    key += document.nextTime.join(u'\n').toUtf8();
    m_sealLabel->setText(document.seal.isEmpty() ? QStringLiteral("Not sealed yet") : QStringLiteral("Seal, SHA-256"));
    m_seal->setText(document.seal.isEmpty() ? QStringLiteral("Close seals the evidence") : grouped4(document.seal));
    m_seal->setToolTip(document.seal);
    m_seal->setAccessibleName(document.seal.isEmpty() ? QStringLiteral("Not sealed yet") : QStringLiteral("Seal ") + document.seal);
    if (key == m_sideShown && !m_sideShown.isNull())
        return;
    m_sideShown = key.isNull() ? QByteArray("") : key;
    for (QVBoxLayout* list : {m_followUps, m_nextTime}) {
        while (QLayoutItem* item = list->takeAt(0)) {
            delete item->widget();
            delete item;
        }
    }
    m_followCount->setText(document.followUps.empty() ? QString() : QStringLiteral("%1 of %2 done").arg(done).arg(document.followUps.size()));
    for (const report::FollowUp& f : document.followUps) {
        auto* box = new QWidget;
        auto* row = tight<QHBoxLayout>(box, 0, 8);
        row->setContentsMargins(0, 4, 0, 4);
        auto* icon = new IconLabel(f.done ? QStringLiteral("tick") : QStringLiteral("step-coming"), f.done ? Role::Ok : Role::Text3, 16);
        icon->setAccessibleName(f.done ? QStringLiteral("Done") : QStringLiteral("Open"));
        row->addWidget(icon, 0, Qt::AlignTop);
        auto* text = new TextLabel(f.text, Style::Body, f.done ? Role::Text3 : Role::Text1);
        text->setWrap(true);
        row->addWidget(text, 1);
        auto* when = new TextLabel(f.when, Style::ValueSmall, Role::Text3);
        row->addWidget(when, 0, Qt::AlignTop);
        m_followUps->addWidget(box);
    }
    if (document.followUps.empty())
        m_followUps->addWidget(new TextLabel(QStringLiteral("Nothing is left to do."), Style::Small, Role::Text3));
    for (const QString& line : document.nextTime) {
        auto* text = new TextLabel(line, Style::Body, Role::Text2);
        text->setWrap(true);
        m_nextTime->addWidget(text);
    }
    if (document.nextTime.isEmpty()) {
        auto* calm = new TextLabel(document.complete ? QStringLiteral("All went as planned.") : QStringLiteral("Known when the run is over."), Style::Small, Role::Text3);
        m_nextTime->addWidget(calm);
    }
}

void ReportPage::choose(const QString& title, const QString& suffix, void (ReportPage::*save)(const QString&))
{
    auto* dialog = new QFileDialog(window(), title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(QStringLiteral("%1-report.%2").arg(state().planName, suffix));
    connect(dialog, &QFileDialog::fileSelected, this, save);
    dialog->open();
}

void ReportPage::tell(const Result<void>& written, const QString& what, const QString& file)
{
    if (written)
        desk()->toast(ToastKind::Good, QStringLiteral("%1 saved").arg(what), file);
    else
        desk()->toast(ToastKind::Failure, written.error().happened, written.error().means + u' ' + written.error().remedy);
}

void ReportPage::savePdf(const QString& file)
{
    const Result<int> pages = writePdf(exported(), file, m_paper->current() == QLatin1String("letter") ? Paper::Letter : Paper::A4);
    if (!pages)
        return tell(pages.error(), {}, file);
    desk()->toast(ToastKind::Good, *pages == 1 ? QStringLiteral("PDF saved, 1 page") : QStringLiteral("PDF saved, %1 pages").arg(*pages), file);
}

void ReportPage::saveHtml(const QString& file) { tell(writeExport(report::writeHtml(exported()), file, QStringLiteral("HTML file")), QStringLiteral("HTML"), file); }

void ReportPage::saveMarkdown(const QString& file) { tell(writeExport(report::writeMarkdown(exported()), file, QStringLiteral("Markdown file")), QStringLiteral("Markdown"), file); }

void ReportPage::copySummary()
{
    QApplication::clipboard()->setText(report::summaryText(exported()));
    desk()->toast(ToastKind::Plain, QStringLiteral("Summary copied"));
}

QList<QWidget*> ReportPage::regions() { return {m_copy->parentWidget(), m_view, m_contents.front()->parentWidget()}; }

QList<KeyLine> ReportPage::keys() const
{
    return {{QStringLiteral("J, K"), QStringLiteral("Next, previous event")},
            {QStringLiteral("Enter"), QStringLiteral("Open the event's evidence")},
            {QStringLiteral("Left, Right"), QStringLiteral("Move the hair line over the timeline")}};
}

PageFactory reportPage()
{
    PageFactory factory;
    factory.id = QStringLiteral("report");
    factory.title = QStringLiteral("Report");
    factory.icon = QStringLiteral("report");
    factory.make = [](const PageContext& context) -> Page* { return new ReportPage(context); };
    return factory;
}

} // namespace switchyard::ui
