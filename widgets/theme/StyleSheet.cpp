#include "widgets/theme/Theme.h"

namespace switchyard::ui {

QString styleSheetText(const Theme& theme)
{
    QString text = QStringLiteral(R"(
QLineEdit, QPlainTextEdit, QTextEdit { background: {inset}; border: 1px solid {line.control}; border-radius: 4px; color: {text.1};
  selection-background-color: {selected}; selection-color: {text.1}; }
QLineEdit { padding: 0 8px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid {focus}; }
QLineEdit:focus { padding: 0 7px; }
QLineEdit:disabled, QPlainTextEdit:disabled { background: {panel}; border-color: {line}; color: {text.disabled}; }
QLineEdit[look="armed"] { border: 1px solid {ok}; }
QLineEdit[look="armed"]:focus { border: 2px solid {ok}; }
QLineEdit[look="wrong"] { border: 1px solid {danger}; }
QLineEdit[look="bare"], QPlainTextEdit[look="bare"] { border: none; background: transparent; padding: 0; }
QTextEdit[look="bare"] { border: 1px solid transparent; border-radius: 0; background: transparent; padding: 0; }
QTextEdit[look="bare"]:focus { border: 1px solid {focus}; }
QHeaderView { background: {panel}; border: none; }
QHeaderView::section { background: {panel}; color: {text.3}; border: none; border-bottom: 1px solid {line}; padding: 0 8px;
  font-size: {label}px; font-weight: 500; }
QTableView, QTreeView, QListView { background: {panel}; border: none; outline: none; selection-background-color: {selected};
  selection-color: {text.1}; }
QAbstractItemView[ground="inset"] { background: {inset}; }
QAbstractItemView[ground="canvas"] { background: {canvas}; }
QAbstractItemView[ground="clear"] { background: transparent; }
QMenu { background: {raised}; border: 1px solid {line.control}; padding: 4px 0; }
QMenu::item { padding: 5px 24px 5px 12px; color: {text.1}; }
QMenu::item:selected { background: {selected}; }
QMenu::item:disabled { color: {text.disabled}; }
QMenu::separator { height: 1px; background: {line}; margin: 4px 0; }
QToolTip { background: {raised}; color: {text.1}; border: 1px solid {line.control}; padding: 3px 6px; font-size: {small}px; }
QSplitter::handle { background: {line}; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QScrollArea, QScrollArea > QWidget > QWidget[ground="clear"] { background: transparent; border: none; }
QTabWidget::pane { border: none; border-top: 1px solid {line}; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: {text.2}; padding: 6px 12px 8px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: {text.1}; border-bottom: 2px solid {text.1}; }
QTabBar::tab:focus { border-bottom: 2px solid {focus}; }
QDockWidget { border: none; }
QStatusBar { background: {panel}; border: none; }
QStatusBar::item { border: none; }
QMainWindow::separator { background: {line}; width: 1px; height: 1px; }
)");
    for (int i = 0; i < kTokenCount; ++i) {
        const Role role = static_cast<Role>(i);
        text.replace(u'{' + QString::fromLatin1(roleName(role)) + u'}', theme.color(role).name());
    }
    text.replace(QLatin1String("{label}"), QString::number(theme.scaled(11)));
    text.replace(QLatin1String("{small}"), QString::number(theme.scaled(12)));
    return text;
}

} // namespace switchyard::ui
