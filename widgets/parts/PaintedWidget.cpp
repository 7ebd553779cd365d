#include "widgets/parts/PaintedWidget.h"

#include <QAbstractButton>
#include <QAccessibleWidget>

#include <utility>

namespace switchyard::ui {

namespace {

class PaintedAccessible final : public QAccessibleWidget {
public:
    explicit PaintedAccessible(PaintedWidget* widget) : QAccessibleWidget(widget, widget->spokenRole()), m_widget(widget) { }
    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        if (kind == QAccessible::Name && !m_widget->spokenName().isEmpty())
            return m_widget->spokenName();
        if (kind == QAccessible::Value)
            return m_widget->spokenValue();
        return QAccessibleWidget::text(kind);
    }

private:
    PaintedWidget* m_widget;
};

QAccessibleInterface* makeInterface(const QString&, QObject* object)
{
    if (auto* painted = qobject_cast<PaintedWidget*>(object))
        return new PaintedAccessible(painted);
    return nullptr;
}

} // namespace

void installAccessibility()
{
    static const bool once = (QAccessible::installFactory(makeInterface), true);
    Q_UNUSED(once)
}

PaintedWidget::PaintedWidget(QWidget* parent) : QWidget(parent)
{
    installAccessibility();
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void PaintedWidget::announceValue()
{
    if (!QAccessible::isActive())
        return;
    QAccessibleValueChangeEvent event(this, spokenValue());
    QAccessible::updateAccessibility(&event);
}

void onTheme(QObject* owner, std::function<void()> apply)
{
    apply();
    QObject::connect(&Theme::instance(), &Theme::changed, owner, std::move(apply));
}

} // namespace switchyard::ui
