#pragma once

#include "widgets/frame/Page.h"
#include "widgets/parts/PaintedWidget.h"

#include <QAbstractListModel>
#include <QListView>

namespace switchyard::ui {

/// The places of the window with their counts, 184 wide (56 folded); below them the connections, the keyring and the operator.
class Rail : public QWidget {
    Q_OBJECT
public:
    explicit Rail(QWidget* parent = nullptr);
    struct Place {
        QString id, title, icon;
        PageCount count;
    };
    void setPlaces(const std::vector<Place>& places);
    void setCount(const QString& id, const PageCount& count);
    void setCurrent(const QString& id);
    void setFolded(bool on);
    [[nodiscard]] bool folded() const { return m_folded; }
    void refresh(const cutover::RunState& state);
    [[nodiscard]] QAbstractItemView* list() const { return m_list; }

Q_SIGNALS:
    void chosen(const QString& id);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    class Model;
    class Delegate;
    class Foot;
    void sizeUp();
    Model* m_model;
    QListView* m_list;
    Foot* m_foot;
    bool m_folded = false;
};

} // namespace switchyard::ui
