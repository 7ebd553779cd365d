#pragma once

#include "app/cutover/RunController.h"
#include "widgets/dialogs/GuardedDialog.h"

#include <functional>
#include <vector>

class QRadioButton;

namespace switchyard::ui {

/// Going back to the source. Before the point of no return: the calls with their times; after it: the rows that would be lost and what
/// to do with them. Never waits for a poll or an interlock.
class RollbackDialog : public GuardedDialog {
    Q_OBJECT
public:
    RollbackDialog(cutover::RunController* run, QWidget* parent);

private:
    void before(const cutover::RollbackPreview& preview);
    void after(const cutover::RollbackPreview& preview);
    void fillRows(const cutover::RollbackPreview& preview);
    void confirmed();
    cutover::RunController* m_run;
    GuardedButton* m_act;
    QVBoxLayout* m_rows = nullptr;
    QRadioButton* m_copy = nullptr;
    QRadioButton* m_save = nullptr;
    ArmField* m_field = nullptr;
};

/// What goLive dialog shows and what still keeps the plan from going live.
struct GoLiveFacts {
    QString plan;                 ///< what must be typed
    struct Tile {
        QString letters, name;
        SideTone side = SideTone::None;
    };
    std::vector<Tile> writesTo;
    QString lastRehearsal;        ///< "The last rehearsal finished 2 h ago with no failed step."
    QString downtime;             ///< "`12:10` expected, budget `15:00`"
    QString rehearsed;            ///< "3 times, plan unchanged since the last one"
    int cautions = 0;
    int waived = 0;
    struct Condition {
        QString text;
        QString remedy;
    };
    std::vector<Condition> open;  ///< not empty: can't go live
};

class GoLiveDialog : public GuardedDialog {
    Q_OBJECT
public:
    GoLiveDialog(const GoLiveFacts& facts, QWidget* parent);

Q_SIGNALS:
    void confirmed(const QString& typedName, const QString& how);
};

/// What the mode means and how to change it. Back to rehearsal is one click.
class ModeDialog : public GuardedDialog {
    Q_OBJECT
public:
    ModeDialog(const cutover::RunState& state, QWidget* parent);

Q_SIGNALS:
    void goLive();
    void backToRehearsal();
};

/// Accepts a caution by name, with a reason and an end.
class WaiveDialog : public GuardedDialog {
    Q_OBJECT
public:
    WaiveDialog(cutover::RunController* run, const QString& step, const QString& interlock, QWidget* parent);
};

/// Skips a step: the reason shows in the report.
class SkipDialog : public GuardedDialog {
    Q_OBJECT
public:
    SkipDialog(cutover::RunController* run, const QString& step, QWidget* parent);
};

/// A note on a step, kept in the report.
class NoteDialog : public GuardedDialog {
    Q_OBJECT
public:
    NoteDialog(cutover::RunController* run, const QString& step, QWidget* parent);
};

} // namespace switchyard::ui
