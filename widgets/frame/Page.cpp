#include "widgets/frame/Page.h"

#include <utility>

namespace switchyard::ui {

Page::Page(const PageContext& context, QWidget* parent) : QWidget(parent), m_context(context)
{
    connect(m_context.run, &cutover::RunController::changed, this, [this](unsigned changes) {
        m_pending |= changes;
        if (isVisible())
            refresh(std::exchange(m_pending, 0));
    });
    if (m_context.clock) {
        connect(m_context.clock, &RunClock::second, this, [this] {
            if (isVisible())
                second();
        });
    }
}

void Page::showEvent(QShowEvent* event)
{
    if (m_pending != 0)
        refresh(std::exchange(m_pending, 0));
    QWidget::showEvent(event);
}

} // namespace switchyard::ui
