#pragma once

#include "widgets/environments/DiffModel.h"
#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"

namespace switchyard::ui {

/// A setting taken apart by its type: a list as a set, a URL by part, anything else as text. Secrets by their shape only.
struct Comparison {
    QString caption;        ///< "Compared as a list"
    struct Line {
        QString name;       ///< "1", "Host", "Source"
        QString text;
        QString other;      ///< the target's, where it differs (URL parts)
        bool inSource = true;
        bool inTarget = true;
        bool marks = true;  ///< shows who has it
        friend bool operator==(const Line&, const Line&) = default;
    };
    std::vector<Line> lines;
};
[[nodiscard]] Comparison compareByType(const cutover::SettingRow& row);

/// The lines of a comparison: a tick under S and T for who has it.
class CompareList final : public PaintedWidget {
    Q_OBJECT
public:
    explicit CompareList(QWidget* parent = nullptr);
    void setComparison(const Comparison& comparison);
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::List; }
    [[nodiscard]] QString spokenName() const override { return m_comparison.caption; }
    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {60, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] int rowPx() const;
    [[nodiscard]] int heightOf(const Comparison::Line& line) const;
    Comparison m_comparison;
};

/// What is known about the selected setting: 336 wide.
class Inspector final : public Surface {
    Q_OBJECT
public:
    explicit Inspector(QWidget* parent = nullptr);
    void setRow(const cutover::SettingRow* row, const cutover::SettingsView* view, const cutover::RunState& state);

private:
    QWidget* m_content;
    TextLabel* m_none;
    TextLabel* m_key;
    VerdictChip* m_verdict;
    TextLabel* m_explanation;
    TextLabel* m_caption;
    Chip* m_sourceMark;
    Chip* m_targetMark;
    CompareList* m_compare;
    TextLabel* m_usedCaption;
    QVBoxLayout* m_used;
    QWidget* m_suggestBox;
    TextLabel* m_suggestion;
    TextLabel* m_suggestNote;
    QWidget* m_foot;
    TextLabel* m_origin;
    QString m_usedKey;
};

} // namespace switchyard::ui
