#pragma once

#include "app/cutover/RunState.h"
#include "app/logs/LogFilter.h"
#include "widgets/parts/PaintedWidget.h"

namespace switchyard::ui {

/// How many lines when, 104 high: phases above, warnings and errors as caps of their bars. Dragging marks a span, which becomes the tokens
/// since and until; arrow keys move it by one bar, with Shift they widen it, Delete takes it away.
class LogHistogram final : public PaintedWidget {
    Q_OBJECT
public:
    explicit LogHistogram(QWidget* parent = nullptr);
    /// Counts what `filter` lets through, without its span of time.
    void setLines(const logs::LogStore& store, const logs::LogFilter& filter, const cutover::RunState& state);
    void setSpan(std::optional<TimePoint> since, std::optional<TimePoint> until);
    [[nodiscard]] QSize sizeHint() const override { return {600, Theme::instance().scaled(104)}; }
    [[nodiscard]] QString spokenName() const override { return QStringLiteral("Lines over time"); }
    [[nodiscard]] QString spokenValue() const override { return m_spoken; }

    struct Bin {
        int lines = 0;
        int warnings = 0;
        int errors = 0;
    };
    [[nodiscard]] const std::vector<Bin>& bins() const { return m_bins; }

Q_SIGNALS:
    /// Nothing: the span was taken away.
    void spanChosen(std::optional<switchyard::TimePoint> since, std::optional<switchyard::TimePoint> until);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct PhaseBar {
        TimePoint from{};
        TimePoint to{};
        QString name;
        bool current = false;
    };
    [[nodiscard]] QRectF plot() const;
    [[nodiscard]] qreal x(TimePoint time) const;
    [[nodiscard]] TimePoint timeAt(qreal x) const;
    [[nodiscard]] Milliseconds barTime() const;
    std::vector<Bin> m_bins;
    std::vector<PhaseBar> m_phases;
    TimePoint m_from{};
    TimePoint m_to{};
    std::optional<TimePoint> m_point;
    std::optional<TimePoint> m_since;
    std::optional<TimePoint> m_until;
    std::optional<TimePoint> m_drag;
    TimePoint m_dragTo{};
    QString m_spoken;
};

} // namespace switchyard::ui
