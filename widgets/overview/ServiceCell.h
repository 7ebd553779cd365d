#pragma once

#include "app/cutover/RunState.h"
#include "widgets/parts/Paint.h"

#include <QAbstractButton>

namespace switchyard::ui {

/// One side of a lane: light, name, count or size, provider tile, kind and version. A click opens its details.
class ServiceCell final : public QAbstractButton {
    Q_OBJECT
public:
    explicit ServiceCell(Side side, QWidget* parent = nullptr);
    /// `service` nothing: no counterpart.
    void setService(const std::optional<Service>& service, const QString& monogram, ServiceKind kind, bool stale);
    [[nodiscard]] QSize sizeHint() const override { return {276, 54}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Side m_side;
    std::optional<Service> m_service;
    QString m_monogram;
    ServiceKind m_kind = ServiceKind::Web;
    bool m_stale = false;
};

/// "2/2", "4.5 GB", "12 keys", "site".
[[nodiscard]] QString serviceAmount(const Service& service);

} // namespace switchyard::ui
