#pragma once

#include "app/report/Report.h"
#include "widgets/report/TimelinePainter.h"

#include <map>

namespace switchyard::ui {

/// Lays a report document out in blocks that are painted on the screen and, page by page, into a PDF. Blocks never break inside.
class ReportPainter {
public:
    /// `everything`: also what stands beside the page on the screen (follow-ups, next time, seal).
    ReportPainter(report::Document document, const ReportInk& ink, qreal width, bool everything);
    ReportPainter(const ReportPainter&) = delete; // blocks point into the document
    ReportPainter& operator=(const ReportPainter&) = delete;

    enum class Kind { Headline, Byline, Figures, TimelineHead, Timeline, Heading, Event, Columns, Row, Line, Seal };
    struct Block {
        Kind kind = Kind::Line;
        QRectF box;
        const report::Table* table = nullptr;
        std::size_t index = 0;      ///< event, row or line
        bool withNext = false;      ///< a heading stays with what follows
    };
    [[nodiscard]] const std::vector<Block>& blocks() const { return m_blocks; }
    [[nodiscard]] const report::Document& document() const { return m_document; }
    [[nodiscard]] qreal height() const { return m_height; }
    [[nodiscard]] qreal width() const { return m_width; }
    /// Paints the blocks that touch `clip`.
    void paint(QPainter* p, const QRectF& clip) const;
    void paintBlock(QPainter* p, const Block& block) const;

    /// Index of the event at a point; -1: none. And the box of an event.
    [[nodiscard]] int eventAt(const QPointF& at) const;
    [[nodiscard]] QRectF eventBox(int event) const;
    /// The timeline's place; empty when there is none.
    [[nodiscard]] QRectF timelineBox() const;
    [[nodiscard]] TimelinePainter timeline() const { return {m_document.timeline, m_ink, m_width}; }

private:
    void add(Kind kind, qreal height, qreal gap = 0, const report::Table* table = nullptr, std::size_t index = 0, bool withNext = false);
    void addTable(const report::Table& table);
    [[nodiscard]] std::vector<qreal> columns(const report::Table& table) const;
    [[nodiscard]] bool legendFits() const;
    [[nodiscard]] qreal eventWidth() const;
    /// All in one row, or half of them where they would be cut.
    [[nodiscard]] int figuresInRow() const;
    void paintFigures(QPainter* p, const QRectF& box) const;
    void paintLegend(QPainter* p, const QRectF& box) const;
    void paintEvent(QPainter* p, const QRectF& box, const cutover::EventView& event) const;
    report::Document m_document;
    ReportInk m_ink;
    qreal m_width;
    qreal m_height = 0;
    std::vector<Block> m_blocks;
    std::map<const report::Table*, std::vector<qreal>> m_columns;
    std::vector<report::Table> m_lists;     ///< follow-ups and next time, as tables without columns
};

} // namespace switchyard::ui
