#pragma once

#include "widgets/frame/Page.h"
#include "widgets/overview/FindingsPanel.h"
#include "widgets/overview/YardView.h"

namespace switchyard::ui {

/// The picture on the wall: where visitors are, what is moving, what is wrong, what comes next.
class OverviewPage final : public Page {
    Q_OBJECT
public:
    explicit OverviewPage(const PageContext& context, QWidget* parent = nullptr);
    void refresh(unsigned changes) override;
    [[nodiscard]] QList<QWidget*> regions() override;

private:
    void setNow();
    Surface* m_now;
    HealthLight* m_light;
    TextLabel* m_title;
    TextLabel* m_text;
    TextLabel* m_nextWord;
    TextLabel* m_next;
    Line* m_bar;
    Chip* m_who;
    YardView* m_yard;
    FindingsPanel* m_findings;
};

[[nodiscard]] PageFactory overviewPage();

} // namespace switchyard::ui
