#pragma once

#include "widgets/dns/HostCards.h"
#include "widgets/dns/PropagationModel.h"
#include "widgets/dns/RecordsModel.h"
#include "widgets/frame/Page.h"
#include "widgets/parts/States.h"

class QScrollArea;
class QSortFilterProxyModel;

namespace switchyard::ui {

/// Who gets which answer, when the last old one expires, whether certificates are ready, and who really answers.
class DnsPage final : public Page {
    Q_OBJECT
public:
    explicit DnsPage(const PageContext& context, QWidget* parent = nullptr);
    void refresh(unsigned changes) override;
    void second() override;
    void openObject(const QString& object) override;
    [[nodiscard]] QWidget* findField() override;
    [[nodiscard]] QList<QWidget*> regions() override;
    [[nodiscard]] QList<KeyLine> keys() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeRecords();
    QWidget* makePropagation();
    QWidget* makeSide();
    void setHead();
    void setRecords();
    void setResolvers();
    void setSummary();
    void setReadiness();
    void place();

    PageToolbar* m_toolbar;
    MonogramTile* m_tile;
    TextLabel* m_zone;
    TextLabel* m_about;
    Button* m_ask;
    Button* m_restore;
    EmptyState* m_empty;
    Surface* m_body;
    Card* m_records;
    SearchField* m_find;
    StatusWord* m_saved;
    QWidget* m_problemBox;
    TextLabel* m_zoneProblem;
    RowTable* m_recordTable;
    RecordsModel* m_recordModel;
    QSortFilterProxyModel* m_filter;
    Card* m_propagation;
    QWidget* m_legend;
    RowTable* m_matrix;
    PropagationModel* m_resolverModel;
    TextLabel* m_notes;
    QScrollArea* m_side;
    ReadyCard* m_ready;
    CertificateCard* m_certificates;
    ProbeCard* m_probes;
};

[[nodiscard]] PageFactory dnsPage();

} // namespace switchyard::ui
