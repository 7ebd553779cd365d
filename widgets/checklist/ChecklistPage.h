#pragma once

#include "widgets/checklist/StepDetail.h"
#include "widgets/checklist/StepList.h"
#include "widgets/checklist/StepModel.h"
#include "widgets/checklist/StepSide.h"
#include "widgets/frame/Page.h"

namespace switchyard::ui {

/// The heart: one person at night, or a room, does the right next thing and knows how to get back.
class ChecklistPage final : public Page {
    Q_OBJECT
public:
    explicit ChecklistPage(const PageContext& context, QWidget* parent = nullptr);
    void refresh(unsigned changes) override;
    void second() override;
    void openObject(const QString& step) override;
    [[nodiscard]] QWidget* guardedButton() override;
    [[nodiscard]] QList<QWidget*> regions() override { return {m_toolbar, m_list, m_detail, m_side}; }
    [[nodiscard]] QList<KeyLine> keys() const override;
    /// The step the detail shows.
    [[nodiscard]] QString shownStep() const { return m_shown; }
    /// Writes the whole list as Markdown.
    [[nodiscard]] Result<void> writeRunbook(const QString& file) const;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void showStep(const QString& step);
    void showDetail();
    void backToActive();
    void copyShell();
    void exportRunbook();
    void waive(const QString& interlock);
    void told(const Result<void>& result);
    void letter(int key);
    void setWidths();

    StepModel* m_model;
    PageToolbar* m_toolbar;
    SegmentedControl* m_filter;
    IconLabel* m_flag;
    TextLabel* m_plan;
    TextLabel* m_ahead;
    Surface* m_listBox;
    StepList* m_list;
    QWidget* m_empty;
    QWidget* m_right;
    StepHead* m_head;
    QWidget* m_detail;
    StepBody* m_body;
    StepSide* m_side;
    QString m_shown;
    QString m_lastActive;
    bool m_follow = true; ///< the active step is selected as it moves on, until a person browses
};

[[nodiscard]] PageFactory checklistPage();

} // namespace switchyard::ui
