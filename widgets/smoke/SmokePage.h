#pragma once

#include "widgets/frame/Page.h"
#include "widgets/smoke/CheckDetail.h"
#include "widgets/smoke/CheckModel.h"

namespace switchyard::ui {

/// Same questions before and after, answers side by side.
class SmokePage final : public Page {
    Q_OBJECT
public:
    explicit SmokePage(const PageContext& context, QWidget* parent = nullptr);
    void refresh(unsigned changes) override;
    void openObject(const QString& check) override;
    [[nodiscard]] QList<QWidget*> regions() override { return {m_toolbar, m_list, m_detail}; }
    [[nodiscard]] QList<KeyLine> keys() const override;
    [[nodiscard]] QString shownCheck() const { return m_shown; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void showCheck(const QString& check);
    void showDetail();
    void setWidths();
    void answer(const QString& check, cutover::CheckState state, const QString& note, const QString& picture);
    [[nodiscard]] const cutover::CheckView* find(const QString& check) const;

    CheckModel* m_model;
    PageToolbar* m_toolbar;
    SegmentedControl* m_filter;
    TextLabel* m_baseline;
    Button* m_again;
    Button* m_run;
    Surface* m_listBox;
    QWidget* m_noBaseline;
    CheckList* m_list;
    QWidget* m_empty;
    CheckDetail* m_detail;
    QString m_shown;
};

[[nodiscard]] PageFactory smokePage();

} // namespace switchyard::ui
