#pragma once

#include "widgets/frame/RunClock.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"

namespace switchyard::ui {

/// The top of the window, 72 high: mode, plan, phase, three clocks, Hold, Roll back. Mode, downtime, Hold and Roll back never drop when
/// the window is narrow; the route, the finish clock, the phase's caption and at last the elapsed clock do, in this order.
class StatusStrip : public PaintedWidget {
    Q_OBJECT
public:
    explicit StatusStrip(RunClock* clock, QWidget* parent = nullptr);
    void setRun(cutover::RunController* run);
    /// Reads the run again.
    void refresh();
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void modeClicked();
    void rollBackClicked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void place();
    void readClocks();
    class ModeBlock;
    class PlanBlock;
    class PhaseBlock;
    cutover::RunController* m_run = nullptr;
    RunClock* m_clock;
    ModeBlock* m_mode;
    PlanBlock* m_plan;
    PhaseBlock* m_phase;
    ClockView* m_elapsed;
    ClockView* m_downtime;
    ClockView* m_finish;
    Button* m_hold;
    Button* m_rollBack;
    QList<int> m_lines;
};

} // namespace switchyard::ui
