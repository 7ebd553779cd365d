#pragma once

#include "app/cutover/RunState.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"

#include <QScrollArea>

namespace switchyard::ui {

/// What is wrong, sorted by severity and then by the step it blocks; each finding has one link. Waived ones stay with the name. A service's
/// details open over it as a sheet.
class FindingsPanel final : public Surface {
    Q_OBJECT
public:
    explicit FindingsPanel(QWidget* parent = nullptr);
    void setState(const cutover::RunState& state);
    /// Shows the details of a service over the findings.
    void showService(Side side, const Service& service);
    void closeSheet();

Q_SIGNALS:
    void linkClicked(const QString& page, const QString& finding);

private:
    void addFinding(const cutover::Finding& finding);
    QVBoxLayout* m_list;
    QWidget* m_body;
    QScrollArea* m_scroll;
    TextLabel* m_title;
    Chip* m_cautions;
    Chip* m_advisories;
    TextLabel* m_passed;
    QWidget* m_footer;
    QWidget* m_sheet = nullptr;
    QByteArray m_shown;
};

} // namespace switchyard::ui
