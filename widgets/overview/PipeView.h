#pragma once

#include "app/cutover/RunState.h"
#include "widgets/parts/Paint.h"

#include <QAbstractButton>

namespace switchyard::ui {

/// Joins a source row with its target row. A click opens the owning page.
class PipeView final : public QAbstractButton {
    Q_OBJECT
public:
    explicit PipeView(QWidget* parent = nullptr);
    void setLane(const cutover::Lane& lane);
    [[nodiscard]] QSize sizeHint() const override { return {412, 54}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    cutover::Lane m_lane;
};

} // namespace switchyard::ui
