#pragma once

#include "app/base/Units.h"
#include "app/cutover/RunController.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace switchyard::ui {

/// The run's time on screen: what the controller last told, carried on at its rate. One timer, aligned to the full second, drives every
/// clock of the window.
class RunClock : public QObject {
    Q_OBJECT
public:
    explicit RunClock(QObject* parent = nullptr);
    void setRun(cutover::RunController* run);
    [[nodiscard]] TimePoint now() const;
    /// What has passed since the controller's last word, in run time; add it to what runs.
    [[nodiscard]] Milliseconds sinceTold() const;

Q_SIGNALS:
    void second();

private:
    void arm();
    cutover::RunController* m_run = nullptr;
    QElapsedTimer m_told;
    QTimer m_timer;
};

} // namespace switchyard::ui
