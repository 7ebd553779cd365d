#include "widgets/frame/StatusStrip.h"

#include "widgets/theme/SwitchyardStyle.h"

#include <QAbstractButton>
#include <QPainter>

#include <cmath>
#include <cstdlib>

namespace switchyard::ui {

namespace {
constexpr int kStripe = 4;

QString spokenDuration(Milliseconds d)
{
    const qint64 seconds = d.count() / 1000;
    return QStringLiteral("%1 minutes %2 seconds").arg(seconds / 60).arg(seconds % 60);
}
} // namespace

class StatusStrip::ModeBlock final : public QAbstractButton {
public:
    explicit ModeBlock(QWidget* parent) : QAbstractButton(parent)
    {
        setObjectName(QStringLiteral("mode"));
        setFocusPolicy(Qt::TabFocus);
        setToolTip(QStringLiteral("What this mode means, and how to change it"));
    }
    void setMode(bool rehearsal, bool custom)
    {
        m_word = rehearsal ? QStringLiteral("REHEARSAL") : QStringLiteral("LIVE");
        m_says = rehearsal ? QStringLiteral("Simulators only") : custom ? QStringLiteral("Custom endpoints") : QStringLiteral("Real accounts");
        m_style = rehearsal ? Style::ModeRehearsal : Style::Mode;
        setAccessibleName(QStringLiteral("Mode %1, %2").arg(m_word, m_says));
        update();
    }
    [[nodiscard]] int wanted() const { return qMax(184, static_cast<int>(std::ceil(paint::textWidth(m_word, m_style))) + 32); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& t = Theme::instance();
        QPainter p(this);
        t.paintMode(&p, QRectF(rect()), this);
        const qreal one = t.lineHeight(m_style);
        const qreal two = t.lineHeight(Style::SmallStrong);
        const qreal top = (height() - one - two) / 2 + 1;
        paint::text(&p, QRectF(16, top, width() - 18, one), m_word, m_style, Role::ModeFillText, Qt::AlignLeft | Qt::AlignVCenter, Qt::ElideNone);
        paint::text(&p, QRectF(16, top + one, width() - 18, two), m_says, Style::SmallStrong, Role::ModeFillText);
        if (hasFocus())
            paintInnerRing(&p, QRectF(rect()).adjusted(1, 0, -1, -1));
    }

private:
    QString m_word, m_says;
    Style m_style = Style::ModeRehearsal;
};

class StatusStrip::PlanBlock final : public PaintedWidget {
public:
    using PaintedWidget::PaintedWidget;
    void set(const QString& name, const QString& source, const QString& target)
    {
        if (m_name == name && m_source == source && m_target == target)
            return;
        m_name = name;
        m_source = source;
        m_target = target;
        setAccessibleName(QStringLiteral("Plan %1, from %2 to %3").arg(name, source, target));
        setToolTip(QStringLiteral("%1, %2 to %3").arg(name, source, target));
        update();
    }
    void setRoute(bool on)
    {
        m_route = on;
        update();
    }
    [[nodiscard]] int wanted(bool route) const
    {
        qreal width = paint::textWidth(m_name, Style::H2);
        if (route)
            width = qMax(width, paint::textWidth(m_source + m_target, Style::SmallMedium) + 28);
        return qMax(route ? 200 : 112, static_cast<int>(std::ceil(width)) + 32);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& t = Theme::instance();
        QPainter p(this);
        const qreal one = t.lineHeight(Style::H2);
        const qreal two = m_route ? t.lineHeight(Style::Small) + 2.0 : 0;
        const qreal top = (height() - one - two) / 2;
        const QRectF box(16, 0, width() - 24, height());
        paint::text(&p, QRectF(box.left(), top, box.width(), one), m_name, Style::H2, Role::Text1);
        if (!m_route)
            return;
        const QRectF route(box.left(), top + one + 2, box.width(), t.lineHeight(Style::Small));
        qreal x = paint::text(&p, route.adjusted(0, 0, -20, 0), m_source, Style::SmallMedium, Role::Source);
        icons::paint(&p, QRectF(route.left() + x + 4, route.top(), 14, route.height()), QStringLiteral("arrow-right"), ui::color(Role::Text3), t.scaled(12));
        paint::text(&p, route.adjusted(x + 21, 0, 0, 0), m_target, Style::SmallMedium, Role::Target);
    }

private:
    QString m_name, m_source, m_target;
    bool m_route = true;
};

class StatusStrip::PhaseBlock final : public PaintedWidget {
public:
    using PaintedWidget::PaintedWidget;
    void set(const cutover::RunState& state)
    {
        using cutover::RunPhase;
        const int index = static_cast<int>(state.currentPhase);
        m_title = plan::phaseName(state.currentPhase);
        m_caption = QStringLiteral("phase %1 of %2").arg(index + 1).arg(plan::kPhases);
        if (state.phase == RunPhase::Complete) {
            m_title = QStringLiteral("Complete");
            m_caption.clear();
        } else if (state.phase == RunPhase::RolledBack) {
            m_title = QStringLiteral("Rolled back");
            m_caption = QStringLiteral("to ") + state.sourceTitle;
        } else if (state.phase == RunPhase::RollingBack) {
            m_title = QStringLiteral("Rolling back");
            m_caption = QStringLiteral("to ") + state.sourceTitle;
        } else if (state.phase == RunPhase::Held) {
            m_caption = QStringLiteral("held, ") + m_caption;
        } else if (state.phase == RunPhase::NotStarted) {
            m_title = QStringLiteral("Not started");
            m_caption = QStringLiteral("%1 steps").arg(state.steps.size());
        }
        if (state.rehearsal && state.phase != RunPhase::Complete && !m_caption.isEmpty())
            m_caption += QStringLiteral(", rehearsal %1").arg(state.rehearsalNumber);
        if (state.rehearsal && state.rateNow > 1.01)
            m_caption += (m_caption.isEmpty() ? QStringLiteral("%1×") : QStringLiteral(", %1×")).arg(qRound(state.rateNow));
        m_pastPoint = state.pastPoint;
        m_pointAfter = static_cast<int>(plan::Phase::Switch);
        for (const cutover::StepView& step : state.steps) {
            if (step.flags.pointOfNoReturn)
                m_pointAfter = static_cast<int>(step.phase);
        }
        for (int i = 0; i < plan::kPhases; ++i) {
            const auto found = state.phases.find(static_cast<plan::Phase>(i));
            m_marks[i] = found != state.phases.end() ? found->second
                : state.phase == RunPhase::Complete || i < index ? cutover::PhaseMark::Passed
                : i == index && state.phase != RunPhase::NotStarted ? cutover::PhaseMark::Current
                                                                     : cutover::PhaseMark::Coming;
        }
        setAccessibleName(QStringLiteral("Phase %1, %2%3").arg(m_title, m_caption, m_pastPoint ? QStringLiteral(", past the point of no return") : QString()));
        update();
    }
    void setCaption(bool on)
    {
        m_showCaption = on;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& t = Theme::instance();
        QPainter p(this);
        const qreal one = t.lineHeight(Style::H2);
        const qreal top = std::round((height() - one - 18) / 2.0);
        const QRectF box(16, top, width() - 32, one);
        const qreal x = paint::text(&p, box, m_title, Style::H2, Role::Text1);
        if (m_showCaption)
            paint::text(&p, box.adjusted(x + 8, 1, 0, 1), m_caption, Style::Small, Role::Text3);
        const qreal y = top + one + 4.5;
        const qreal bar = (box.width() - 5 * 3 - 22) / 7;
        qreal at = box.left();
        for (int i = 0; i < plan::kPhases; ++i) {
            const Role role = m_marks[i] == cutover::PhaseMark::Passed ? Role::Text3 : m_marks[i] == cutover::PhaseMark::Current ? Role::ModeFill : Role::Line;
            p.setRenderHint(QPainter::Antialiasing);
            p.setPen(Qt::NoPen);
            p.setBrush(ui::color(role));
            p.drawRoundedRect(QRectF(at, y, bar, 8), 1, 1);
            at += bar;
            if (i == m_pointAfter && i < plan::kPhases - 1) {
                paint::diamond(&p, QPointF(at + 11, y + 4), 13, m_pastPoint);
                at += 22;
            } else {
                at += 3;
            }
        }
    }

private:
    QString m_title, m_caption;
    cutover::PhaseMark m_marks[plan::kPhases] = {};
    int m_pointAfter = 4;
    bool m_pastPoint = false;
    bool m_showCaption = true;
};

StatusStrip::StatusStrip(RunClock* clock, QWidget* parent) : PaintedWidget(parent), m_clock(clock)
{
    setObjectName(QStringLiteral("strip"));
    m_mode = new ModeBlock(this);
    m_plan = new PlanBlock(this);
    m_plan->setObjectName(QStringLiteral("plan"));
    m_phase = new PhaseBlock(this);
    m_phase->setObjectName(QStringLiteral("phase"));
    m_elapsed = new ClockView(this);
    m_elapsed->setObjectName(QStringLiteral("elapsed"));
    m_downtime = new ClockView(this);
    m_downtime->setObjectName(QStringLiteral("downtime"));
    m_finish = new ClockView(this);
    m_finish->setObjectName(QStringLiteral("finish"));
    m_hold = new Button(QStringLiteral("hold"), QStringLiteral("Hold"), ButtonKind::Plain, this);
    m_hold->setObjectName(QStringLiteral("hold"));
    m_hold->setToolTip(QStringLiteral("Stops after the current call and keeps everything as it is (Ctrl .)"));
    m_rollBack = new Button(QStringLiteral("roll-back"), QStringLiteral("Roll back…"), ButtonKind::Return, this);
    m_rollBack->setObjectName(QStringLiteral("rollback"));
    m_rollBack->setToolTip(QStringLiteral("Shows the way back to the source (Ctrl Shift B)"));
    connect(m_mode, &QAbstractButton::clicked, this, &StatusStrip::modeClicked);
    connect(m_rollBack, &QAbstractButton::clicked, this, &StatusStrip::rollBackClicked);
    connect(m_hold, &QAbstractButton::clicked, this, [this] {
        if (!m_run)
            return;
        if (m_run->state().phase == cutover::RunPhase::NotStarted)
            m_run->start();
        else if (m_run->state().phase == cutover::RunPhase::Held)
            m_run->proceed();
        else
            m_run->hold();
    });
    connect(m_clock, &RunClock::second, this, &StatusStrip::readClocks);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        setFixedHeight(sizeHint().height());
        place();
    });
    setFixedHeight(sizeHint().height());
}

QSize StatusStrip::sizeHint() const { return {1180, Theme::instance().scaled(68) + kStripe}; }

void StatusStrip::setRun(cutover::RunController* run)
{
    m_run = run;
    refresh();
}

void StatusStrip::refresh()
{
    if (!m_run)
        return;
    const cutover::RunState& s = m_run->state();
    using cutover::RunPhase;
    m_mode->setMode(s.rehearsal, s.customEndpoints);
    m_plan->set(s.planName, s.sourceTitle, s.targetTitle);
    m_phase->set(s);
    const bool ended = s.phase == RunPhase::Complete || s.phase == RunPhase::RolledBack;
    if (s.phase == RunPhase::NotStarted) {
        m_hold->setIconName(QStringLiteral("continue"));
        m_hold->setText(QStringLiteral("Start"));
    } else if (s.phase == RunPhase::Held) {
        m_hold->setIconName(QStringLiteral("continue"));
        m_hold->setText(QStringLiteral("Continue"));
    } else {
        m_hold->setIconName(QStringLiteral("hold"));
        m_hold->setText(QStringLiteral("Hold"));
    }
    m_hold->setEnabled(!ended && s.phase != RunPhase::RollingBack);
    m_hold->setWhyDisabled(ended ? QStringLiteral("The plan has ended") : QStringLiteral("Going back never waits"));
    m_rollBack->setKind(s.pastPoint ? ButtonKind::ReturnPast : ButtonKind::Return);
    m_rollBack->setEnabled(!ended && s.phase != RunPhase::RollingBack && s.phase != RunPhase::NotStarted);
    m_rollBack->setWhyDisabled(s.phase == RunPhase::NotStarted ? QStringLiteral("Nothing has been changed yet") : QStringLiteral("The plan has ended"));
    readClocks();
    place();
}

void StatusStrip::readClocks()
{
    if (!m_run)
        return;
    const cutover::RunState& s = m_run->state();
    const Milliseconds since = m_clock->sinceTold();

    ClockView::Content elapsed;
    elapsed.caption = QStringLiteral("Elapsed");
    if (s.startedAt) {
        const Milliseconds d = s.endedAt ? *s.endedAt - *s.startedAt : s.now + since - *s.startedAt;
        elapsed.value = QStringLiteral("T+") + hoursMinutesSeconds(d);
        elapsed.spoken = QStringLiteral("Elapsed ") + durationProse(d);
    } else {
        const TimePoint start = fromIsoUtc(m_run->plan().windowStart);
        if (start.time_since_epoch().count() > 0 && start > s.now)
            elapsed.value = QStringLiteral("T-") + hoursMinutesSeconds(start - s.now - since);
        elapsed.spoken = QStringLiteral("Not started");
    }
    m_elapsed->setContent(elapsed);

    ClockView::Content down;
    const Milliseconds d = s.downtime + (s.downtimeRunning ? since : Milliseconds(0));
    const double share = s.downtimeBudget.count() > 0 ? static_cast<double>(d.count()) / static_cast<double>(s.downtimeBudget.count()) : 0;
    down.caption = QStringLiteral("Downtime");
    if (s.startedAt)
        down.value = minutesSeconds(d);
    down.share = share;
    const Role role = budgetRole(share);
    if (s.downtimeRunning) {
        down.captionMark = s.downtimeHost;
        down.valueRole = down.barRole = role;
        if (share > 1) {
            down.captionMark = minutesSeconds(d - s.downtimeBudget) + QStringLiteral(" over");
            down.markRole = Role::Danger;
        }
    } else if (s.downtimeEndedAt) {
        down.captionMark = QStringLiteral("ended ") + clockUtc(*s.downtimeEndedAt).left(5);
        down.barRole = role == Role::Text1 ? Role::Text3 : role;
    }
    if (s.phase == cutover::RunPhase::Complete && !s.downtimeHost.isEmpty())
        down.captionMark = s.downtimeHost;
    down.unit = QStringLiteral("of ") + minutesSeconds(s.downtimeBudget);
    down.spoken = QStringLiteral("Downtime %1 of %2 minutes%3").arg(spokenDuration(d)).arg(s.downtimeBudget.count() / 60000).arg(s.downtimeHost.isEmpty() ? QString() : QStringLiteral(", ") + s.downtimeHost);
    m_downtime->setToolTip(QStringLiteral("Visitors see errors or the maintenance page: %1. Writes stopped: %2.")
                               .arg(durationProse(d), durationProse(s.writesStopped + (s.writesStoppedRunning ? since : Milliseconds(0)))));
    m_downtime->setContent(down);

    ClockView::Content finish;
    finish.caption = QStringLiteral("Finish");
    finish.unit = QStringLiteral("UTC");
    if (s.finishForecast) {
        finish.value = clockUtc(*s.finishForecast).left(5);
        const qint64 minutes = std::llabs(s.aheadOfPlan.count()) / 60000;
        if (minutes == 0) {
            finish.captionMark = QStringLiteral("on plan");
            finish.markRole = Role::Ok;
        } else {
            finish.captionMark = QStringLiteral("%1 min %2").arg(minutes).arg(s.aheadOfPlan.count() > 0 ? QStringLiteral("early") : QStringLiteral("late"));
            finish.markRole = s.aheadOfPlan.count() > 0 ? Role::Ok : Role::Warn;
        }
        finish.spoken = QStringLiteral("Finish %1 UTC, %2").arg(finish.value, finish.captionMark);
    }
    if (s.lastSafeReturn && !s.pastPoint && s.phase != cutover::RunPhase::Complete) {
        finish.below = QStringLiteral("Return by ") + clockUtc(*s.lastSafeReturn).left(5);
        finish.spoken += QStringLiteral(", last safe return ") + clockUtc(*s.lastSafeReturn).left(5);
    }
    m_finish->setToolTip(finish.below.isEmpty() ? QString() : QStringLiteral("Last safe return: the end of the window less the measured way back and the TTL in force"));
    m_finish->setContent(finish);
}

void StatusStrip::place()
{
    if (width() < 100)
        return;
    const int height = this->height() - kStripe - 1;
    const QSize hold = m_hold->sizeHint();
    const QSize back = m_rollBack->sizeHint();
    const int buttons = 12 + hold.width() + 8 + back.width() + 12;
    const auto need = [](Style style, int chars, int base) { return qMax(base, static_cast<int>(std::ceil(paint::textWidth(QString(chars, u'0'), style))) + 32); };
    const int mode = m_mode->wanted();
    int plan = m_plan->wanted(true);
    int elapsed = need(Style::Clock, 10, 178);
    int downtime = qMax(176, static_cast<int>(std::ceil(paint::textWidth(QStringLiteral("00:00"), Style::Clock) + paint::textWidth(QStringLiteral("of 00:00"), Style::Value))) + 40);
    int finish = need(Style::Clock, 7, 140);
    const int phaseMinimum = 240;
    int phase = width() - mode - plan - elapsed - downtime - finish - buttons;
    bool route = true;
    bool caption = true;
    if (phase < phaseMinimum) {
        route = false;
        phase += plan - m_plan->wanted(false);
        plan = m_plan->wanted(false);
    }
    if (phase < phaseMinimum) {
        phase += finish;
        finish = 0;
    }
    if (phase < phaseMinimum)
        caption = false;
    if (phase < 160) {
        phase += elapsed;
        elapsed = 0;
    }
    m_plan->setRoute(route);
    m_phase->setCaption(caption);
    m_lines.clear();
    int x = 0;
    const auto put = [&](QWidget* widget, int wide, bool padded) {
        widget->setVisible(wide > 0);
        if (wide <= 0)
            return;
        const int left = padded ? 16 : 0;
        widget->setGeometry(x + left, kStripe, wide - 2 * left - (padded ? 1 : 0), height);
        x += wide;
        m_lines.append(x - 1);
    };
    put(m_mode, mode, false);
    m_mode->setGeometry(0, 0, mode, this->height());
    m_lines.clear();
    put(m_plan, plan, false);
    put(m_phase, phase, false);
    put(m_elapsed, elapsed, true);
    put(m_downtime, downtime, true);
    put(m_finish, finish, true);
    const int y = kStripe + (height - hold.height()) / 2;
    m_rollBack->setGeometry(width() - 12 - back.width(), y, back.width(), back.height());
    m_hold->setGeometry(width() - 12 - back.width() - 8 - hold.width(), y, hold.width(), hold.height());
    update();
}

void StatusStrip::resizeEvent(QResizeEvent*) { place(); }

void StatusStrip::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.fillRect(rect(), ui::color(Role::Panel));
    Theme::instance().paintMode(&p, QRectF(0, 0, width(), kStripe), this);
    for (const int x : m_lines)
        paint::vline(&p, x, kStripe, height() - 1, Role::LineSoft);
    paint::hline(&p, m_mode->width(), width(), height() - 1);
}

} // namespace switchyard::ui
