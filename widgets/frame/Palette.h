#pragma once

#include "widgets/theme/Theme.h"

#include <QFrame>
#include <QList>
#include <QString>

#include <functional>

class QLineEdit;

namespace switchyard::ui {

/// The command palette (Ctrl K), 648 wide. It goes places, asks things and leads to guarded places; it never writes itself.
class Palette : public QFrame {
    Q_OBJECT
public:
    explicit Palette(QWidget* host);
    enum class Group { GoTo, ReadOnly, Changes };
    struct Entry {
        Group group = Group::GoTo;
        QString icon;
        QString text;
        QString note;           ///< right: "waiting 4:20", a shortcut
        Role noteRole = Role::Text3;
        std::function<void()> act;
    };
    /// Opens with these entries; `target` names what "Do, changes …" would change.
    void present(const QList<Entry>& entries, const QString& target);
    [[nodiscard]] QStringList shownTexts() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    struct Row {
        QString header;
        int entry = -1;
        QRect box;
    };
    void filter();
    void choose(int step);
    void run();
    QLineEdit* m_field;
    QList<Entry> m_entries;
    QList<Row> m_rows;
    QString m_target;
    int m_current = -1;
    QWidget* m_before = nullptr;
};

} // namespace switchyard::ui
