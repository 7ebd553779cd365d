#pragma once

#include "app/logs/ErrorGroups.h"
#include "widgets/logs/LogLook.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"

namespace switchyard::ui {

/// Beside the stream, 304 wide: errors by kind and host, the selected line in full, how many secrets were hidden.
class LogSide final : public Surface {
    Q_OBJECT
public:
    explicit LogSide(QWidget* parent = nullptr);
    /// Updates the groups in place; their order is that of their first error.
    void setGroups(const std::vector<logs::ErrorGroup>& groups);
    /// The row's line, or nothing selected when row is below zero.
    void setLine(const logs::LogModel& model, int row, std::optional<TimePoint> start);
    void setHidden(qint64 secrets);
    void setClock(LogClock clock);
    /// The line as one would paste it.
    [[nodiscard]] QString lineText() const { return m_copy; }

Q_SIGNALS:
    /// The newest line of a group.
    void groupChosen(qsizetype number);
    void copyWanted();
    void clockWanted();

private:
    class ErrorCard;
    QList<ErrorCard*> m_cards;
    QVBoxLayout* m_pins;
    TextLabel* m_count;
    TextLabel* m_calm;
    QWidget* m_calmBox;
    QWidget* m_details;
    QVBoxLayout* m_rows;
    QByteArray m_shown;
    Button* m_copyButton;
    TextLabel* m_foot;
    Button* m_clockButton;
    QString m_copy;
};

} // namespace switchyard::ui
