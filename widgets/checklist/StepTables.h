#pragma once

#include "app/cutover/RunState.h"
#include "widgets/parts/PaintedWidget.h"

namespace switchyard::ui {

/// What a step changes: subject, type, before and after, one value a line. Painted; reads itself out as sentences.
class ChangesTable final : public PaintedWidget {
    Q_OBJECT
public:
    explicit ChangesTable(QWidget* parent = nullptr);
    void setChanges(const std::vector<cutover::ChangePreview>& changes);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::Table; }
    [[nodiscard]] QString spokenName() const override { return QStringLiteral("Changes"); }
    [[nodiscard]] QString spokenValue() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] int rowHeight(const cutover::ChangePreview& change) const;
    std::vector<cutover::ChangePreview> m_changes;
};

/// Calls, one a row of 28: who is asked, what with, and what became of it.
class CallsTable final : public PaintedWidget {
    Q_OBJECT
public:
    struct Line {
        QString tile;   ///< monogram; empty: a light instead
        QString method;
        QString path;
        QString note;
        Role noteRole = Role::Text3;
        SideTone side = SideTone::None;
        bool refused = false;
        friend bool operator==(const Line&, const Line&) = default;
    };
    explicit CallsTable(QWidget* parent = nullptr);
    void setLines(const std::vector<Line>& lines);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::Table; }
    [[nodiscard]] QString spokenName() const override { return accessibleName().isEmpty() ? QStringLiteral("Calls") : accessibleName(); }
    [[nodiscard]] QString spokenValue() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    std::vector<Line> m_lines;
};

} // namespace switchyard::ui
