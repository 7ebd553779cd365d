#pragma once

#include "app/cutover/RunState.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"

namespace switchyard::ui {

/// One precondition: mark, label, live value; a caution offers its waiver, an open one the page it belongs to.
class InterlockRow final : public QWidget {
    Q_OBJECT
public:
    explicit InterlockRow(QWidget* parent = nullptr);
    void setLock(const cutover::InterlockView& lock, bool mayAct);

Q_SIGNALS:
    void waiveAsked(const QString& interlock);
    void pageAsked(const QString& page);

private:
    cutover::InterlockView m_lock;
    IconLabel* m_icon;
    TextLabel* m_label;
    TextLabel* m_value;
    QWidget* m_links;
    Button* m_waive;
    Button* m_open;
};

/// A station's answer as a chip that can be pressed to answer again.
class AnswerChip final : public QAbstractButton {
    Q_OBJECT
public:
    explicit AnswerChip(QWidget* parent = nullptr);
    void setAnswer(const QString& station, cutover::PollAnswer answer);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    cutover::PollAnswer m_answer = cutover::PollAnswer::Open;
};

/// One station of the poll: who answered what, or the two answers as buttons.
class PollRow final : public QWidget {
    Q_OBJECT
public:
    explicit PollRow(QWidget* parent = nullptr);
    /// True when an answer button that had the focus went away.
    bool setStation(const cutover::PollStation& station, bool mayAnswer);
    /// Focuses the first answer, if this station still has to give one.
    bool focusAnswer();

Q_SIGNALS:
    void answered(const QString& station, cutover::PollAnswer answer);

private:
    bool apply();
    cutover::PollStation m_station;
    bool m_mayAnswer = false;
    bool m_again = false;
    TextLabel* m_name;
    TextLabel* m_by;
    TextLabel* m_evidence;
    AnswerChip* m_chip;
    Button* m_go;
    Button* m_noGo;
};

} // namespace switchyard::ui
