#pragma once

#include <QObject>
#include <QString>

namespace switchyard::ui {

enum class ToastKind { Good, Caution, Failure, Plain };

/// What a page may ask of the window: go somewhere, say something, open a guarded dialog. The window listens for places and toasts, the
/// dialogs for the rest. A page knows neither.
class Desk : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

public Q_SLOTS:
    /// Shows page `id` ("environments") and there `object` (a key, a table, a host, a step id; may be empty).
    void open(const QString& id, const QString& object = {}) { Q_EMIT openRequested(id, object); }
    void toast(switchyard::ui::ToastKind kind, const QString& title, const QString& text = {}) { Q_EMIT toastRequested(kind, title, text); }
    void rollBack() { Q_EMIT rollBackRequested(); }
    void mode() { Q_EMIT modeRequested(); }
    void goLive() { Q_EMIT goLiveRequested(); }
    void skip(const QString& step) { Q_EMIT skipRequested(step); }
    void waive(const QString& step, const QString& interlock) { Q_EMIT waiveRequested(step, interlock); }
    void note(const QString& step) { Q_EMIT noteRequested(step); }
    void newPlan() { Q_EMIT newPlanRequested(); }
    void openPlan() { Q_EMIT openPlanRequested(); }
    void welcome() { Q_EMIT welcomeRequested(); }

Q_SIGNALS:
    void openRequested(const QString& id, const QString& object);
    void toastRequested(switchyard::ui::ToastKind kind, const QString& title, const QString& text);
    void rollBackRequested();
    void modeRequested();
    void goLiveRequested();
    void skipRequested(const QString& step);
    void waiveRequested(const QString& step, const QString& interlock);
    void noteRequested(const QString& step);
    void newPlanRequested();
    void openPlanRequested();
    void welcomeRequested();
};

} // namespace switchyard::ui
