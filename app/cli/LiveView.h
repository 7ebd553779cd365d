#pragma once

#include "app/cutover/RunController.h"

#include <QObject>
#include <QTimer>

#include <map>

namespace switchyard::cli {

/// Follows a run on the terminal: a table redrawn in place on a terminal, otherwise one plain line for each thing that happened.
class LiveView final : public QObject {
    Q_OBJECT
public:
    LiveView(cutover::RunController* run, bool inPlace, QObject* parent = nullptr);
    /// The last words: result, figures, where the report is.
    void finish(const QStringList& lines);

private:
    void onChanged(unsigned changes);
    void redraw();
    void printSteps();
    cutover::RunController* m_run;
    bool m_inPlace;
    int m_drawn = 0;
    std::map<QString, cutover::StepState> m_printed;
    std::map<QString, int> m_quarter;
    QTimer m_timer;
};

} // namespace switchyard::cli
