#pragma once

#include "widgets/frame/Dock.h"
#include "widgets/frame/Page.h"
#include "widgets/frame/Palette.h"
#include "widgets/frame/Rail.h"
#include "widgets/frame/StatusStrip.h"
#include "widgets/frame/Toasts.h"

#include <QMainWindow>

#include <memory>

class QSplitter;
class QStackedWidget;

namespace switchyard::ui {

/// The window. Without a run it shows Welcome over its full width; with one the strip, the rail, the pages, the dock and the ticker.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// Takes `welcome`. Pages appear in the rail in this order.
    MainWindow(QWidget* welcome, std::vector<PageFactory> pages, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Shows a run (not owned; nullptr: back to Welcome). Pages of an earlier run are dropped. `store` is the run's log, not owned and fed by
    /// its owner, to be kept until the next setRun(); without one the window keeps what the run says in a store of its own.
    void setRun(cutover::RunController* run, logs::LogStore* store = nullptr);
    [[nodiscard]] cutover::RunController* run() const { return m_run; }
    void showPage(const QString& id, const QString& object = {});
    [[nodiscard]] QString currentPage() const { return m_current; }
    /// The page, made if it wasn't yet; nullptr when there is none of that name.
    [[nodiscard]] Page* page(const QString& id);

    [[nodiscard]] Desk* desk() { return &m_desk; }
    [[nodiscard]] logs::LogStore* log() const { return m_log; }
    [[nodiscard]] RunClock* clock() { return &m_clock; }
    [[nodiscard]] StatusStrip* strip() const { return m_strip; }
    [[nodiscard]] Rail* rail() const { return m_rail; }
    [[nodiscard]] Dock* dock() const { return m_dock; }
    [[nodiscard]] Ticker* ticker() const { return m_ticker; }
    [[nodiscard]] Palette* commands() const { return m_palette; }
    [[nodiscard]] Toasts* toasts() const { return m_toasts; }
    [[nodiscard]] QWidget* pageArea() const;

    void setDockOpen(bool open);
    [[nodiscard]] bool dockOpen() const;
    void openPalette();
    /// Further entries of the palette, from who knows them (dialogs, main).
    void setPaletteSource(std::function<QList<Palette::Entry>()> more) { m_more = std::move(more); }

Q_SIGNALS:
    /// A file was dropped on the window.
    void planDropped(const QString& file);
    /// Asked before closing while a run is going on; the receiver may veto by not calling close() again.
    void closing();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    struct Slot {
        PageFactory factory;
        Page* page = nullptr;
        bool dock = false;
    };
    [[nodiscard]] Slot* slot(const QString& id);
    void build();
    void addShortcuts();
    void runChanged(unsigned changes);
    void updateTitle();
    void updateLogCounts();
    void foldRail();
    void nextRegion(int step);
    void showKeys();
    void find();
    [[nodiscard]] QList<Palette::Entry> entries();

    std::vector<Slot> m_pages;
    QString m_current;
    cutover::RunController* m_run = nullptr;
    RunClock m_clock;
    std::unique_ptr<logs::LogStore> m_ownLog;
    logs::LogStore* m_log = nullptr;
    Desk m_desk;
    QWidget* m_welcome;
    QStackedWidget* m_top = nullptr;
    QWidget* m_plan = nullptr;
    QStackedWidget* m_stack = nullptr;
    QSplitter* m_split = nullptr;
    StatusStrip* m_strip = nullptr;
    Rail* m_rail = nullptr;
    Dock* m_dock = nullptr;
    Ticker* m_ticker = nullptr;
    Palette* m_palette = nullptr;
    Toasts* m_toasts = nullptr;
    int m_railChoice = 0; ///< -1 folded, 1 open by hand, 0 by width
    int m_dockHeight = 208;
    std::function<QList<Palette::Entry>()> m_more;
};

} // namespace switchyard::ui
