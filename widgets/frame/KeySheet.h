#pragma once

#include "widgets/frame/Page.h"

#include <QDialog>

namespace switchyard::ui {

/// F1: the keys of this page, then those of the window.
class KeySheet : public QDialog {
    Q_OBJECT
public:
    KeySheet(const QString& title, const QList<KeyLine>& here, QWidget* parent);

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace switchyard::ui
