#pragma once

#include "app/cutover/RunState.h"
#include "widgets/checklist/StepTables.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"
#include "widgets/parts/States.h"

#include <QScrollArea>

class QGridLayout;

namespace switchyard::ui {

/// Head of a step: number, way back, calls, actions, title and what happens to visitors.
class StepHead final : public Surface {
    Q_OBJECT
public:
    explicit StepHead(QWidget* parent = nullptr);
    void setStep(const cutover::StepView& step, int of, const cutover::RunState& state);
    void popupMenu();

Q_SIGNALS:
    void skipAsked();
    void noteAsked();
    void dryRunAsked();
    void shellAsked();
    void waiveAsked();
    void rollBackAsked();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    TextLabel* m_number;
    Chip* m_back;
    Chip* m_calls;
    Button* m_skip;
    Button* m_note;
    Button* m_more;
    TextLabel* m_title;
    TextLabel* m_summary;
    bool m_mayWaive = false;
    bool m_mayRun = false;
};

/// Checks that only a person can do, each with pass, fail and not applicable.
class ManualChecks final : public Surface {
    Q_OBJECT
public:
    explicit ManualChecks(QWidget* parent = nullptr);
    void setChecks(const std::vector<cutover::CheckView>& checks);
    /// Answers the first that is still open.
    void answerNext(cutover::CheckState state);

Q_SIGNALS:
    void answered(const QString& check, cutover::CheckState state);
    void openSmoke(const QString& check);

private:
    struct Entry {
        QString id;
        IconLabel* icon;
        TextLabel* title;
        TextLabel* how;
        TextLabel* state;
    };
    QVBoxLayout* m_column;
    std::vector<Entry> m_lines;
    QStringList m_open;
};

/// The middle of the page: what changes, the dry run, the way back, evidence; what went wrong first, if something did.
class StepBody final : public QScrollArea {
    Q_OBJECT
public:
    explicit StepBody(QWidget* parent = nullptr);
    void setStep(const cutover::StepView& step, const cutover::RunState& state);
    [[nodiscard]] ManualChecks* manual() const { return m_manual; }

Q_SIGNALS:
    void tryAgain();
    void rollBackAsked();
    void shellAsked();
    void doubtAnswered(bool accept);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void placeCards();
    struct Section {
        QWidget* box;
        TextLabel* title;
        TextLabel* caption;
        TextLabel* right;
        Button* link;
    };
    Section section(const QString& title, QWidget* content, int top, const QString& link = {});
    void setEvidence(const std::vector<cutover::Evidence>& evidence);
    QVBoxLayout* m_column;
    ErrorState* m_error;
    Surface* m_doubt;
    TextLabel* m_doubtText;
    Button* m_return;
    QWidget* m_errorBox;
    Section m_changesAt, m_callsAt, m_sentAt, m_undoAt, m_evidenceAt, m_manualAt, m_noteAt;
    ChangesTable* m_changes;
    CallsTable* m_calls;
    CallsTable* m_sent;
    ManualChecks* m_manual;
    TextLabel* m_undo;
    TextLabel* m_undoSmall;
    TextLabel* m_note;
    QWidget* m_evidence;
    QGridLayout* m_cards;
    QList<QWidget*> m_cardList;
    int m_across = 0;
    QString m_shown;
    QString m_step;
};

} // namespace switchyard::ui
