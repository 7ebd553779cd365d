#pragma once

#include "widgets/logs/LogLook.h"
#include "widgets/parts/Button.h"

#include <QSet>
#include <QWidget>

namespace switchyard::ui {

/// One switch a source, with its count. Those that don't fit are in a menu at the end.
class SourceBar final : public QWidget {
    Q_OBJECT
public:
    explicit SourceBar(const LogLook* look, QWidget* parent = nullptr);
    void refresh(const logs::LogStore& store);
    [[nodiscard]] const QSet<QString>& hidden() const { return m_hidden; }
    void showAll();
    [[nodiscard]] QSize sizeHint() const override { return {200, Theme::instance().scaled(24)}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {100, Theme::instance().scaled(24)}; }

Q_SIGNALS:
    void changed();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    class Chip;
    void place();
    void more();
    void set(const QString& source, bool on);
    const LogLook* m_look;
    QList<Chip*> m_chips;
    Button* m_more;
    QSet<QString> m_hidden;
};

} // namespace switchyard::ui
