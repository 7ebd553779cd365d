#pragma once

#include "app/cutover/RunController.h"
#include "widgets/overview/PipeView.h"
#include "widgets/overview/ServiceCell.h"
#include "widgets/parts/Points.h"

#include <QScrollArea>
#include <QWidget>

#include <vector>

namespace switchyard::ui {

/// The yard: source at the left, target at the right, the points and the pipes between. Headers 44, domains and points 152, then a lane of
/// 54 for every service; with more lanes than fit they scroll under the points.
class YardView final : public QWidget {
    Q_OBJECT
public:
    explicit YardView(QWidget* parent = nullptr);
    void setState(const cutover::RunState& state, unsigned changes);

    static constexpr int kSide = 276;
    static constexpr int kHeader = 44;
    static constexpr int kPoints = 152;
    static constexpr int kLane = 54;

Q_SIGNALS:
    void pipeClicked(const QString& page, const QString& lane);
    void serviceClicked(switchyard::Side side, const QString& lane);
    void connectClicked();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    class Head;
    class Lanes;
    struct Row {
        ServiceCell* source;
        PipeView* pipe;
        ServiceCell* target;
    };
    void placeRows();
    void setLanes(const cutover::RunState& state);
    void setPoints(const cutover::RunState& state);
    Head* m_head;
    Points* m_points;
    QScrollArea* m_scroll;
    Lanes* m_lanes;
    std::vector<Row> m_rows;
};

} // namespace switchyard::ui
