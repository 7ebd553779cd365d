#pragma once

#include "widgets/parts/Paint.h"

#include <QAccessible>
#include <QWidget>

#include <functional>

namespace switchyard::ui {

/// A widget that paints itself from the theme and tells a screen reader what it shows in words. `spokenValue` is the state or the number;
/// the name is accessibleName() unless `spokenName` says more.
class PaintedWidget : public QWidget {
    Q_OBJECT
public:
    explicit PaintedWidget(QWidget* parent = nullptr);
    [[nodiscard]] virtual QAccessible::Role spokenRole() const { return QAccessible::Graphic; }
    [[nodiscard]] virtual QString spokenName() const { return accessibleName(); }
    [[nodiscard]] virtual QString spokenValue() const { return {}; }

protected:
    /// Tells a screen reader that the value changed. Cheap when none listens.
    void announceValue();
};

/// Makes painted widgets speak. Called by Theme users once; safe to call again.
void installAccessibility();

/// Calls `apply` now and whenever the theme changes, as long as `owner` lives.
void onTheme(QObject* owner, std::function<void()> apply);

} // namespace switchyard::ui
