#pragma once

#include "widgets/logs/LogLook.h"

#include <QTableView>

#include <functional>

namespace switchyard::ui {

class Button;

/// The stream: fixed rows of 24 painted whole. Follows the newest line while it stands at the end; scrolling up stops that. Letters act
/// (J, K, N, Shift N, F) when Theme::letterKeys().
class LogView final : public QTableView {
    Q_OBJECT
public:
    explicit LogView(const LogLook* look, QWidget* parent = nullptr);
    void setLog(logs::LogModel* model);
    [[nodiscard]] logs::LogModel* log() const { return m_log; }
    /// Words to highlight; empty: none.
    void setWords(const QString& words);
    void setClock(LogClock clock, std::optional<TimePoint> start);
    [[nodiscard]] bool following() const { return m_follow; }
    void setFollowing(bool on);
    /// Does `change` (a new filter) and keeps following, or the line that was selected.
    void keepPlace(const std::function<void()>& change);
    void selectRow(int row);
    void keyboardSearch(const QString&) override {}

Q_SIGNALS:
    void followingChanged(bool on);
    void selected(int row);
    void nextWanted(bool backwards);
    void copyWanted();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    class Delegate;
    void toEnd();
    void onScrolled();
    void updateChip();
    const LogLook* m_look;
    logs::LogModel* m_log = nullptr;
    QString m_words;
    LogClock m_clock = LogClock::Utc;
    std::optional<TimePoint> m_start;
    Button* m_new;
    int m_missed = 0;
    bool m_follow = true;
    bool m_moving = false;
};

} // namespace switchyard::ui
