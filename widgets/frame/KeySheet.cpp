#include "widgets/frame/KeySheet.h"

#include "widgets/parts/Button.h"
#include "widgets/parts/Indicators.h"
#include "widgets/parts/Panel.h"

#include <QGridLayout>
#include <QPainter>

namespace switchyard::ui {

KeySheet::KeySheet(const QString& title, const QList<KeyLine>& here, QWidget* parent) : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(true);
    setWindowTitle(title);
    setAccessibleName(title);
    QList<KeyLine> all = here;
    all << KeyLine{QStringLiteral("Ctrl 1 to 8"), QStringLiteral("Go to a place of the rail")} << KeyLine{QStringLiteral("Ctrl K"), QStringLiteral("Commands")}
        << KeyLine{QStringLiteral("Ctrl L"), QStringLiteral("Open or fold the dock")} << KeyLine{QStringLiteral("Ctrl B"), QStringLiteral("Fold or open the rail")}
        << KeyLine{QStringLiteral("Ctrl ."), QStringLiteral("Hold the plan, and again to continue")}
        << KeyLine{QStringLiteral("Ctrl Shift B"), QStringLiteral("Roll back…")} << KeyLine{QStringLiteral("Ctrl G"), QStringLiteral("Go to the active step")}
        << KeyLine{QStringLiteral("Ctrl Enter"), QStringLiteral("Focus the guarded button of the active step")}
        << KeyLine{QStringLiteral("/"), QStringLiteral("Find on this page")} << KeyLine{QStringLiteral("J, K"), QStringLiteral("Next, previous row")}
        << KeyLine{QStringLiteral("A"), QStringLiteral("Acknowledge the newest alarm")}
        << KeyLine{QStringLiteral("F6"), QStringLiteral("Next region, with Shift the previous")}
        << KeyLine{QStringLiteral("Ctrl Shift T"), QStringLiteral("Dark or light")} << KeyLine{QStringLiteral("Esc"), QStringLiteral("Close, or the safe answer")};
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(12);
    column->addWidget(new TextLabel(title, Style::H1));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(6);
    const int half = static_cast<int>(all.size() + 1) / 2;
    for (int i = 0; i < all.size(); ++i) {
        const int at = i < half ? 0 : 2;
        grid->addWidget(new KeyCap(all.at(i).keys), i % half, at, Qt::AlignLeft | Qt::AlignVCenter);
        grid->addWidget(new TextLabel(all.at(i).does, Style::Body, Role::Text2), i % half, at + 1);
    }
    column->addLayout(grid);
    auto* close = new Button(QStringLiteral("Close"));
    column->addWidget(close, 0, Qt::AlignRight);
    connect(close, &QAbstractButton::clicked, this, &QDialog::close);
    close->setFocus();
}

void KeySheet::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.fillRect(rect(), ui::color(Role::Panel));
    p.setPen(ui::color(Role::LineControl));
    p.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace switchyard::ui
