#pragma once

#include "app/cutover/RunController.h"
#include "app/logs/LogStore.h"
#include "widgets/frame/Desk.h"
#include "widgets/frame/RunClock.h"
#include "widgets/theme/Theme.h"

#include <QList>
#include <QWidget>

#include <functional>
#include <vector>

namespace switchyard::ui {

/// Handed to every page; all pointers outlive it.
struct PageContext {
    cutover::RunController* run = nullptr;
    RunClock* clock = nullptr;
    logs::LogStore* log = nullptr;
    Desk* desk = nullptr;
};

/// The most useful single number of a page, for the rail.
struct PageCount {
    enum class Tone { Calm, Strong, Caution, Alarm, Done } tone = Tone::Calm;
    QString text;
};

/// One line of the key sheet (F1).
struct KeyLine {
    QString keys;
    QString does;
};

/// A place in the rail. It is made when it is first shown. While hidden it does nothing; when it is shown again refresh() gets everything
/// that changed meanwhile. Models update rows, they don't reset, so that focus and selection stay.
class Page : public QWidget {
    Q_OBJECT
public:
    explicit Page(const PageContext& context, QWidget* parent = nullptr);

    /// Bits of cutover::Change since the last call. Called only while the page is shown; the first call has Everything.
    virtual void refresh(unsigned changes) = 0;
    /// Once a run second while shown, for what counts down.
    virtual void second() { }
    /// Selects an object this page owns (as in Desk::open).
    virtual void openObject(const QString& object) { Q_UNUSED(object) }
    /// What "/" focuses; none: nothing.
    [[nodiscard]] virtual QWidget* findField() { return nullptr; }
    /// What Ctrl Enter focuses; only the checklist has one.
    [[nodiscard]] virtual QWidget* guardedButton() { return nullptr; }
    /// Toolbar, page and side in reading order: F6 focuses the first focusable widget of each.
    [[nodiscard]] virtual QList<QWidget*> regions() { return {this}; }
    [[nodiscard]] virtual QList<KeyLine> keys() const { return {}; }
    /// A: acknowledges the newest alarm, if this page shows one.
    virtual void acknowledge() { }

    [[nodiscard]] cutover::RunController* run() const { return m_context.run; }
    [[nodiscard]] const cutover::RunState& state() const { return m_context.run->state(); }
    [[nodiscard]] RunClock* clock() const { return m_context.clock; }
    [[nodiscard]] logs::LogStore* log() const { return m_context.log; }
    [[nodiscard]] Desk* desk() const { return m_context.desk; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    PageContext m_context;
    unsigned m_pending = cutover::Everything;
};

/// How a page joins the window. `id` is its name everywhere: overview, environments, databases, dns, checklist, smoke, logs, report.
struct PageFactory {
    QString id;
    QString title;  ///< "Overview"
    QString icon;   ///< name in resources/icons
    std::function<Page*(const PageContext&)> make;
    /// The rail's number, a pure function of the run, so that a page that was never opened has one. May be empty.
    std::function<PageCount(const cutover::RunState&)> count;
    /// The same for a page whose number comes from the log. May be empty.
    std::function<PageCount(const logs::LogStore&)> logCount;
    /// Whether the dock is open there at first (Overview).
    bool dock = false;
};

} // namespace switchyard::ui
