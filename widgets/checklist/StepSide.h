#pragma once

#include "app/cutover/RunController.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/GuardedButton.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"
#include "widgets/parts/States.h"

#include <QLineEdit>

#include <vector>

namespace switchyard::ui {

/// One precondition: mark, label, live value; a caution offers its waiver, an open one the page it belongs to.
class InterlockRow final : public QWidget {
    Q_OBJECT
public:
    explicit InterlockRow(QWidget* parent = nullptr);
    void setLock(const cutover::InterlockView& lock, bool mayAct);
    [[nodiscard]] QWidget* waiveButton() const { return m_waive->isHidden() ? nullptr : m_waive; }

Q_SIGNALS:
    void waiveAsked(const QString& interlock);
    void pageAsked(const QString& page);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void place();
    cutover::InterlockView m_lock;
    IconLabel* m_icon;
    TextLabel* m_label;
    TextLabel* m_value;
    TextLabel* m_below; ///< the value when it has no room beside the label
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
    void setStation(const cutover::PollStation& station, bool mayAnswer);
    /// The button that says go while this station is asked, else nothing.
    [[nodiscard]] QWidget* goButton() const;

Q_SIGNALS:
    void answered(const QString& station, cutover::PollAnswer answer);

private:
    void apply();
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

/// The side of a step, 276 wide: interlocks, go / no-go, the typed name, and the guarded button, always at the bottom right corner.
class StepSide final : public Surface {
    Q_OBJECT
public:
    explicit StepSide(cutover::RunController* run, QWidget* parent = nullptr);
    /// Shows a step; `active` when it is the one that is due, else it is only browsed.
    void setStep(const cutover::StepView& step, bool active);
    void second(TimePoint now);
    [[nodiscard]] GuardedButton* guard() const { return m_guard; }
    [[nodiscard]] ArmField* field() const { return m_field; }
    /// The field while a name is missing, else the button.
    void focusGuard();
    /// What the step waits for next: the waiver of a caution, the first open station of the poll, else the button.
    [[nodiscard]] QWidget* due() const;

Q_SIGNALS:
    void waiveAsked(const QString& interlock);
    void pageAsked(const QString& page);
    void backAsked();
    void rollBackAsked();
    void doubtAnswered(bool accept);
    void tryAgain();
    void refused(const switchyard::Error& error);

private:
    void setPoll(const cutover::StepView& step, bool active);
    void setGuard(const cutover::StepView& step, bool active);
    void confirmed(const QString& how);
    cutover::RunController* m_run;
    QString m_step;
    bool m_active = false;
    QString m_look; ///< what the button shows, so that a refresh doesn't disturb a hold
    std::optional<TimePoint> m_expires;
    QWidget* m_locksBox;
    TextLabel* m_locksCount;
    IconLabel* m_locksTick;
    QVBoxLayout* m_locks;
    std::vector<InterlockRow*> m_lockRows;
    TextLabel* m_noLocks;
    QWidget* m_pollBox;
    TextLabel* m_pollCount;
    TextLabel* m_pollFoot;
    QLineEdit* m_pollName;
    QVBoxLayout* m_poll;
    std::vector<PollRow*> m_pollRows;
    TextLabel* m_armLabel;
    ArmField* m_field;
    GuardedButton* m_guard;
    QWidget* m_hint;
    TextLabel* m_hintBefore;
    KeyCap* m_hintKey;
    TextLabel* m_hintAfter;
    QWidget* m_failed;
    Button* m_try;
    Button* m_return;
    Button* m_back;
    TextLabel* m_browse;
};

} // namespace switchyard::ui
