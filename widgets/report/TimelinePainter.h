#pragma once

#include "app/report/Report.h"
#include "widgets/report/ReportInk.h"

namespace switchyard::ui {

/// The timeline of a report: planned and actual phases, one downtime strip a host, the point of no return, times. One routine for the
/// screen and for paper; HTML has the same lanes as SVG (app/report).
class TimelinePainter {
public:
    TimelinePainter(const report::Timeline& timeline, const ReportInk& ink, qreal width);
    [[nodiscard]] qreal height() const { return m_height; }
    void paint(QPainter* p, const QPointF& at) const;
    /// Where time runs, relative to the timeline's corner.
    [[nodiscard]] QRectF plot() const { return m_plot; }
    [[nodiscard]] TimePoint timeAt(qreal x) const;
    /// What all lanes say at a time: "22:46:30, T+00:46:30. projectify.test failed, www target".
    [[nodiscard]] QString wordsAt(TimePoint time) const;

private:
    [[nodiscard]] qreal x(TimePoint time) const;
    const report::Timeline& m_timeline;
    ReportInk m_ink;
    TimePoint m_to;
    QRectF m_plot;
    qreal m_height = 0;
    qreal m_lane = 0;
};

[[nodiscard]] QString hostStateWord(cutover::HostState state);

} // namespace switchyard::ui
