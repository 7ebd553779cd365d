#pragma once

#include "widgets/frame/Page.h"
#include "widgets/logs/LogHistogram.h"
#include "widgets/logs/LogSearch.h"
#include "widgets/logs/LogSide.h"
#include "widgets/logs/LogView.h"
#include "widgets/logs/SourceBar.h"
#include "widgets/logs/TokenField.h"
#include "widgets/parts/States.h"

class QStackedWidget;

namespace switchyard::ui {

/// One stream of everything that was said, and the way to the line that matters.
class LogsPage final : public Page {
    Q_OBJECT
public:
    explicit LogsPage(const PageContext& context, QWidget* parent = nullptr);
    void refresh(unsigned changes) override;
    /// A word to find, or tokens.
    void openObject(const QString& object) override;
    [[nodiscard]] QWidget* findField() override { return m_field; }
    [[nodiscard]] QList<QWidget*> regions() override;
    [[nodiscard]] QList<KeyLine> keys() const override;
    [[nodiscard]] LogView* view() const { return m_view; }
    [[nodiscard]] logs::LogModel* lines() const { return m_model; }
    [[nodiscard]] LogSearch* search() const { return m_search; }
    /// Writes the lines that are shown to a file, in slices; says in a toast how it went.
    void saveTo(const QString& file);

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void grew();
    void readCounts();
    void applyFilter();
    void say();
    void showDetails();
    void goToNext(bool backwards);
    void setLevel(LogLevel least);
    void save();
    void clearFilters();
    [[nodiscard]] std::optional<TimePoint> start() const { return state().startedAt; }

    LogLook m_look;
    logs::LogModel* m_model;
    LogSearch* m_search;
    TokenField* m_field;
    Button* m_follow;
    SourceBar* m_sources;
    SegmentedControl* m_levels;
    LogHistogram* m_histogram;
    QStackedWidget* m_stack;
    LogView* m_view;
    QWidget* m_empty;
    TextLabel* m_emptyTitle;
    TextLabel* m_emptyText;
    Button* m_emptyButton;
    LogSide* m_side;
    logs::ErrorGroups m_groups;
    QTimer m_counting;
    LogLevel m_least = LogLevel::Info;
    LogClock m_clock = LogClock::Utc;
    logs::LogFilter m_filter;
};

[[nodiscard]] PageFactory logsPage();

} // namespace switchyard::ui
