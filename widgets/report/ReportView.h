#pragma once

#include "widgets/parts/PaintedWidget.h"
#include "widgets/report/ReportPainter.h"

#include <memory>

namespace switchyard::ui {

/// The report on the screen. Hovering the timeline draws a hair line through all lanes with what they say; J, K or arrows go through the
/// events, Enter opens an event's evidence, Left and Right move the hair line.
class ReportView final : public PaintedWidget {
    Q_OBJECT
public:
    explicit ReportView(QWidget* parent = nullptr);
    void setDocument(report::Document document);
    [[nodiscard]] const report::Document& document() const { return m_document; }
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::Document; }
    [[nodiscard]] QString spokenName() const override { return m_document.headline; }
    /// Figures and events, or the event that is selected.
    [[nodiscard]] QString spokenValue() const override;
    /// What the hair line says; empty without one.
    [[nodiscard]] QString hairText() const;
    [[nodiscard]] QRect timelineRect() const;

Q_SIGNALS:
    /// "step 7": what an event is proved by.
    void evidenceChosen(const QString& evidence);
    /// Bring this into view.
    void shown(const QRect& rect);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void layout();
    void setHair(std::optional<TimePoint> at);
    void select(int event);
    report::Document m_document;
    std::unique_ptr<ReportPainter> m_painter;
    std::optional<TimePoint> m_hair;
    int m_event = -1;
    int m_hover = -1;
};

} // namespace switchyard::ui
