#pragma once

#include "widgets/frame/Page.h"
#include "widgets/parts/States.h"
#include "widgets/report/PdfExport.h"
#include "widgets/report/ReportView.h"

class QCheckBox;
class QScrollArea;
class QStackedWidget;

namespace switchyard::ui {

/// What happened, how long it hurt, what was learnt; fit to send to a client. Fills from the first step on.
class ReportPage final : public Page {
    Q_OBJECT
public:
    explicit ReportPage(const PageContext& context, QWidget* parent = nullptr);
    void refresh(unsigned changes) override;
    void second() override;
    [[nodiscard]] QList<QWidget*> regions() override;
    [[nodiscard]] QList<KeyLine> keys() const override;
    [[nodiscard]] ReportView* view() const { return m_view; }
    /// What an export holds now: audience and contents as chosen.
    [[nodiscard]] report::Document exported() const;
    void savePdf(const QString& file);
    void saveHtml(const QString& file);
    void saveMarkdown(const QString& file);
    void copySummary();

private:
    void build();
    QWidget* buildSide();
    void fillSide(const report::Document& document);
    void choose(const QString& title, const QString& suffix, void (ReportPage::*save)(const QString&));
    void tell(const Result<void>& written, const QString& what, const QString& file);
    [[nodiscard]] report::Audience audience() const;
    [[nodiscard]] report::Contents contents() const;
    ReportView* m_view;
    QScrollArea* m_scroll;
    QStackedWidget* m_stack;
    QWidget* m_empty;
    Chip* m_chip;
    TextLabel* m_sealed;
    Button* m_copy;
    Button* m_html;
    Button* m_markdown;
    Button* m_pdf;
    QList<QCheckBox*> m_contents;
    SegmentedControl* m_paper = nullptr;
    SegmentedControl* m_audience = nullptr;
    TextLabel* m_followCount = nullptr;
    QVBoxLayout* m_followUps = nullptr;
    QVBoxLayout* m_nextTime = nullptr;
    TextLabel* m_sealLabel = nullptr;
    TextLabel* m_seal = nullptr;
    QByteArray m_sideShown;
    bool m_dirty = true;
};

[[nodiscard]] PageFactory reportPage();

} // namespace switchyard::ui
